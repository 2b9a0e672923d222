"""A finding that its author allows, as data: by itself, since a paper without any need not wait for it to be loaded."""

from __future__ import annotations

from dataclasses import dataclass

from citeproof.findings import Place


@dataclass(frozen=True, slots=True, order=True)
class Allowed:
    """A finding that the author allows: where it was found, its code, and why it may stand."""

    place: Place
    code: str
    because: str

    def as_dict(self) -> dict[str, str]:
        """Give it as plain data, for `--format json` and the manifest."""
        return {"code": self.code, "place": str(self.place), "because": self.because}

    @classmethod
    def from_dict(cls, data: dict[str, str]) -> Allowed:
        """Read back what `as_dict` gave."""
        file, line, column = data["place"].rsplit(":", 2)
        return cls(Place(file, int(line), int(column)), data["code"], data["because"])
