"""What a language model wrote of a story's version, on both databases."""

from dataclasses import replace
from datetime import timedelta

from storage.retellings import Retelling
from tests.storage.test_stories import NOW, new_story


async def test_a_version_wants_one_retelling_and_the_first_stands(any_storage):
    async with any_storage.write() as tx:
        story = await tx.stories.add(new_story(independent_count=3))
        await tx.stories.add(new_story(independent_count=1))
        made = Retelling(
            story_id=story.id, version=1, language="de", sentences=(("Ein Satz.", 7),), made_at=NOW
        )

        assert await tx.retellings.wanting(NOW, sources=2, limit=5) == [(story.id, 1, "de")]
        assert await tx.retellings.wanting(NOW + timedelta(hours=1), sources=2, limit=5) == []
        await tx.retellings.put(made)
        await tx.retellings.put(replace(made, sentences=()))
        assert await tx.retellings.wanting(NOW, sources=2, limit=5) == []
        assert await tx.retellings.of_stories([story.id]) == {story.id: made}

        await tx.stories.update(story.id, new_story(independent_count=3), is_news=True)
        assert await tx.retellings.of_stories([story.id]) == {}
        assert await tx.retellings.wanting(NOW, sources=2, limit=5) == [(story.id, 2, "de")]
