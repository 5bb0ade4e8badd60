"""One file a room, scenarios for the pipeline, and what they share."""
