"""The life of a case: one write door, one state machine, one vault."""
