"""Every page of the site map for everybody: axe-core, small screens, the keyboard alone, light pages, no strangers."""
