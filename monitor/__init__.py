"""A news monitor: it watches feeds for the subject of an article, alerts you, and says why."""
