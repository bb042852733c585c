"""Making the texts of the search anew, should they ever differ from what people wrote."""

from __future__ import annotations

from tracker.store import audit, search_texts


def reindex() -> int:
    """Everything from the beginning; `tracker check` has nothing to say about the search
    afterwards. Gives how many texts there are."""
    audit.begin()
    search_texts.clear()
    count = 0
    for batch in audit.batches():
        parts = [part for parts in batch.texts.values() for part in parts if part.text]
        search_texts.add(parts)
        count += len(parts)
    return count
