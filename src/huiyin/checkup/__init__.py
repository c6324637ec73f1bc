"""The four-ailment check-up: every four weeks offices are asked what the figures make one wonder about; they may answer
in public."""
