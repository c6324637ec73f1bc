"""What the product makes of `understanding`: models from the body's own history, offers to people, how often right."""
