"""What a shape is, and the list of them: a function gives a draft what its name says."""

import functools
from collections.abc import Callable
from typing import NamedTuple

from .drafts import Draft


class Shape(NamedTuple):
    """whole: it decides about the whole document, so that no other shape of documents fits.

    json_only: only a column of type json can hold it.
    """

    give: Callable[[Draft], None]
    whole: bool
    json_only: bool
    of_document: bool


SHAPES: dict[str, Shape] = {}


def shape(
    give: Callable[[Draft], None] | None = None, *, whole: bool = False, json_only: bool = False,
    of_document: bool = True,
) -> Callable:  # fmt: skip
    """Makes a function a shape of documents."""
    if give is None:
        return functools.partial(shape, whole=whole, json_only=json_only, of_document=of_document)
    SHAPES[give.__name__] = Shape(give, whole, json_only, of_document)
    return give


whole_document = functools.partial(shape, whole=True)
of_tables = functools.partial(shape, of_document=False)


def variants(prefix: str, values: dict[str, object], **kinds: bool) -> Callable:
    """Makes one function many shapes: "<prefix>_<name>" gives it the value of that name."""

    def decorate(give: Callable[[Draft, object], None]) -> Callable:
        for name, value in values.items():

            def given(draft: Draft, value: object = value) -> None:
                give(draft, value)

            given.__name__ = f"{prefix}_{name}"
            shape(**kinds)(given)
        return give

    return decorate
