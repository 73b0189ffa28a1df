"""A collector killed at any statement of taking in: nothing served is lost, nothing is stored twice."""

from tests.benchmarks.kills import try_it

KILLS = 2


async def test_killed_while_it_takes_in_no_entry_is_lost(any_storage, tmp_path):
    url = any_storage.url.render_as_string(hide_password=False)

    findings = await try_it(url, tmp_path, kills=KILLS, lanes=1, seed=73, steps=("ingest",) * KILLS)

    assert findings.is_clean, findings
    assert findings.kills == KILLS
