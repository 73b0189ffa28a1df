"""What templates can call: translation, cleaning, links, numbers and times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from babel.lists import format_list
from babel.numbers import format_decimal
from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    pass_context,
    pass_environment,
    pass_eval_context,
    select_autoescape,
)
from jinja2.exceptions import TemplateRuntimeError
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup, escape

from bot.messages.clean import Clean, clean, cut, real_host, web_address
from bot.messages.split import SECTION_END
from bot.messages.times import (
    clock_time,
    long_date,
    passed,
    place_of,
    short_date,
    stamp_date,
    stamp_weekday,
    weekday,
)
from bot.messages.words import Words

MAY_SPLIT = Markup(SECTION_END)  # noqa: S704 - a constant
TIMES = "messages/times.txt.jinja"
MOST_TOPIC = 60
# A minus, a filter or quotation marks: more than words in a row.
_OPERATORS = re.compile(r"""(?:^|\s)-\S|\w:\w|["„“|()*]""")


def environment(loader: BaseLoader, words: Words) -> Environment:
    """A Jinja environment that speaks one language; `.txt.jinja` is plain text, all else HTML."""
    made = Environment(
        loader=loader,
        autoescape=select_autoescape(("html.jinja",), ("txt.jinja",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
        finalize=_harmless,
    )
    made.globals.update({"_": _one(words), "ngettext": _many(words), "may_split": MAY_SPLIT})
    made.filters.update(_text_filters(words) | Times(words).filters())
    return made


def macro(environment: Environment, template: str, name: str, values: Mapping[str, object]) -> str:
    """What one macro of a template says."""
    return str(getattr(environment.get_template(template).module, name)(**values)).strip()


def _harmless(value: object) -> object:
    """Every plain string a template prints passes here; markup, numbers and undefined go on as they are."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup | Clean) else value


def _filled(text: str, values: Mapping[str, object], *, html: bool) -> str:
    shown = {name: _harmless(value) for name, value in values.items()}
    if html:
        made = Markup(text)  # noqa: S704 - templates and catalogues are ours
        return made % shown if values else made
    return Clean(text % shown if values else text)


def _one(words: Words) -> Callable[..., str]:
    @pass_eval_context
    def translate(context: EvalContext, text: str, /, **values: object) -> str:
        return _filled(words.one(text), values, html=context.autoescape)

    return translate


def _many(words: Words) -> Callable[..., str]:
    @pass_eval_context
    def translate(context: EvalContext, singular: str, plural: str, number: int, /, **values: object) -> str:
        values = {"number": Clean(format_decimal(number, locale=words.locale)), **values}
        return _filled(words.many(singular, plural, number), values, html=context.autoescape)

    return translate


def _text_filters(words: Words) -> dict[str, Callable[..., Any]]:
    def number(value: float) -> Clean:
        return Clean(format_decimal(value, locale=words.locale))

    def listed(values: Iterable[object]) -> Markup:
        shown = [str(escape(_harmless(value))) for value in values]
        return Markup(format_list(shown, locale=words.locale))  # noqa: S704 - each was escaped

    def joined(values: Iterable[object]) -> Markup:
        return Markup(", ").join(escape(_harmless(value)) for value in values)

    def place(zone: str) -> Clean:
        return clean(place_of(zone, words.locale))

    def country(code: str) -> Clean:
        return clean(words.locale.territories.get(code, code))

    return {
        "country": country,
        "joined": joined,
        "place": place,
        "clean": clean,
        "cut": cut,
        "link": link,
        "number": number,
        "listed": listed,
        "topic": topic,
        "from_outlet": from_outlet,
    }


@pass_environment
def topic(environment: Environment, query: str) -> Clean:
    """A topic by its query, in quotation marks where it is more than words."""
    shown = cut(query, MOST_TOPIC)
    return Clean(macro(environment, TIMES, "quoted", {"text": shown})) if _OPERATORS.search(query) else shown


def from_outlet(title: str, publisher: str) -> Markup:
    """A headline behind the name of who wrote it."""
    return Markup("{}: {}").format(_harmless(publisher), _harmless(title))


def link(text: str, url: str) -> Markup:
    """The text leading to the address, or the bare text when nobody should be sent there."""
    shown = escape(_harmless(text))
    address = web_address(url)
    if not address:
        return shown
    host = real_host(text, address)
    beside = Markup(" [{}]").format(clean(host)) if host else ""
    return Markup('<a href="{}">{}</a>{}').format(address, shown, beside)


class Times:
    """The filters for times, in one language; zone and now are the context's."""

    def __init__(self, words: Words) -> None:
        self._locale = words.locale

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "time": self.time,
            "date": self.date,
            "moment": self.moment,
            "ago": self.ago,
            "tg_time": self.tg_time,
            "tg_stamp": self.tg_stamp,
            "tg_day": self.tg_day,
        }

    @pass_context
    def time(self, context: Context, at: datetime) -> Clean:
        return _said(context, "clock", time=clock_time(_local(context, at), self._locale))

    @pass_context
    def date(self, context: Context, at: datetime | date) -> Clean:
        day = _local(context, at).date() if isinstance(at, datetime) else at
        return Clean(long_date(day, today=_today(context), locale=self._locale))

    @pass_context
    def moment(self, context: Context, at: datetime) -> Clean:
        day, today = _local(context, at).date(), _today(context)
        return _said(
            context,
            "moment",
            which=_which((day - today).days),
            time=self.time(context, at),
            weekday=weekday(day, self._locale),
            date=Clean(short_date(day, today=today, locale=self._locale)),
        )

    @pass_context
    def ago(self, context: Context, at: datetime) -> Clean:
        span = _value(context, "now") - at
        day, today = _local(context, at).date(), _today(context)
        if span < timedelta(minutes=1):
            return _said(context, "just_now")
        if span < timedelta(days=1):
            return self._passed(context, span)
        if (today - day).days == 1:
            return _said(context, "yesterday")
        if (today - day).days < 7:
            return self._passed(context, today - day)
        return Clean(short_date(day, today=today, locale=self._locale))

    @staticmethod
    def _passed(context: Context, span: timedelta) -> Clean:
        unit, number = passed(span)
        return _said(context, "ago", unit=unit, number=number)

    @pass_context
    def tg_time(self, context: Context, at: datetime, shape: str = "r") -> Markup:
        say = {"r": self.ago, "t": self.time, "D": self.date}.get(shape, self.moment)
        return _entity(at, shape, say(context, at))

    @pass_context
    def tg_stamp(self, context: Context, at: datetime) -> Markup:
        """Weekday, date and time, short enough for an entity."""
        local = _local(context, at)
        day = stamp_date(local.date(), today=_today(context), locale=self._locale)
        name = stamp_weekday(local.date(), self._locale)
        said = _said(context, "stamp", weekday=name, date=Clean(day), time=self.time(context, at))
        return _entity(at, "wDt", said)

    @pass_context
    def tg_day(self, context: Context, at: datetime) -> Markup:
        """A date without its time."""
        day = stamp_date(_local(context, at).date(), today=_today(context), locale=self._locale)
        return _entity(at, "d", Clean(day))


def _entity(at: datetime, shape: str, shown: str) -> Markup:
    """Telegram shows the instant in the reader's zone; apps that cannot show our words."""
    return Markup('<tg-time unix="{}" format="{}">{}</tg-time>').format(int(at.timestamp()), shape, shown)


def _said(context: Context, name: str, **values: object) -> Clean:
    return Clean(macro(context.environment, TIMES, name, values))


def _which(days: int) -> str:
    if days in {-1, 0, 1}:
        return ("today", "tomorrow", "yesterday")[days]
    return "week" if 1 < abs(days) < 7 else "date"


def _value(context: Context, name: str) -> Any:
    value = context.get(name)
    if value is None:
        raise TemplateRuntimeError(f"a filter needs {name!r}: import the macro `with context`")
    return value


def _local(context: Context, at: datetime) -> datetime:
    local: datetime = at.astimezone(_value(context, "zone"))
    return local


def _today(context: Context) -> date:
    return _local(context, _value(context, "now")).date()
