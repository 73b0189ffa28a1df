"""The article a person means on the command line: by address or number."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.errors import BadInput
from bot.services import Services
from storage.records import Article

Reference = Annotated[str, typer.Argument(metavar="ADDRESS_OR_ID", help="The article's address or number.")]


async def article_of(services: Services, reference: str) -> Article:
    """Raises BadInput when there is none."""
    async with services.storage.read() as tx:
        article = await tx.articles.find(reference)
    if article is None:
        raise BadInput(f"no article has the address or number {reference!r}; `depesche search` shows both")
    return article
