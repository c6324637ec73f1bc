"""English dates as the monthly report writes them: 27 November 2026."""

DATE_FORMAT = "j F Y"
