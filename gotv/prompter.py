"""Between the page where fault cards are played and the rehearsal that plays them, which is another process."""

import json
from dataclasses import dataclass
from typing import Any

from gotv.queues import valkey

# A card that no rehearsal has taken by then is none any more; a rehearsal that has not spoken for so long is over.
TAKEN_WITHIN_SECONDS = 30
SPEAKS_WITHIN_SECONDS = 30
REMEMBERED_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Prompter:
    """Of one rehearsal. Every call raises redis' RedisError while Valkey is away."""

    url: str
    contest_id: int

    def ask_for(self, card: str) -> None:
        """Have this card played, now."""
        key = f"gotv:rehearsal:{self.contest_id}:cards"
        with valkey(self.url).pipeline() as pipeline:
            pipeline.rpush(key, card)
            pipeline.expire(key, TAKEN_WITHIN_SECONDS)
            pipeline.execute()

    def asked_for(self) -> list[str]:
        """The cards asked for since the last time; for the rehearsal, once each."""
        found: Any = valkey(self.url).lpop(f"gotv:rehearsal:{self.contest_id}:cards", 100)
        return [card.decode() for card in found or []]

    def tell(self, state: dict[str, Any], *, over: bool = False) -> None:
        """How the rehearsal stands. Of one that is ``over`` it is remembered for a day."""
        lasts = REMEMBERED_SECONDS if over else SPEAKS_WITHIN_SECONDS
        valkey(self.url).set(self._state, json.dumps(state), ex=lasts)

    def told(self) -> dict[str, Any] | None:
        """What was told last; None when nothing is played here."""
        state: Any = valkey(self.url).get(self._state)
        found: dict[str, Any] | None = json.loads(state) if state else None
        return found

    @property
    def _state(self) -> str:
        return f"gotv:rehearsal:{self.contest_id}"
