"""The demo: two teams in the middle of a story, played through the real verbs with the clock turned back."""
