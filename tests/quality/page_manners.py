"""More publishers' manners, drawn as in `page_shapes`: odd dates, kickers, broken linked data, old encodings."""

from __future__ import annotations

import html
import json
from datetime import UTC

from tests.quality.page_news import News
from tests.quality.page_shapes import (
    COOKIES,
    FOOTER,
    MOIS,
    NAV,
    NEWSLETTER,
    Kind,
    article,
    german,
    linked,
    links,
    og,
    page,
    ps,
)

e = html.escape
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
TAGE = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def second_heading(news: News) -> str:
    """A news magazine: the paper's name is the first heading, kicker and title stand in the second."""
    body = (
        f"<header><h1><a href='/'>{e(news.publisher)}</a></h1>{NAV}</header><main><article><header><h2 class='lg:mt-32'>"
        f"<span class='block text-primary'>{e(news.kicker)}<span class='leading-none'></span></span><span class='hidden'>:</span> "
        f"<span class='font-brand text-5xl'><span class='align-middle'>{e(news.title)}</span></span></h2>"
        f"<div class='leading-loose'>{e(news.lead)}</div><div class='text-s'>Von <a href='/a'>{news.author}</a></div>"
        f"<div><time class='timeformat' datetime='{news.at:%Y-%m-%d %H:%M:%S}'>{german(news, '{day:02}.{number:02}.{year}, {hour}.{minute:02} Uhr')}</time></div></header>"
        f"<div data-area='body'><div class='RichText RichText--iconLinks'>{ps(news)}</div></div></article></main>"
        f"<section data-area='related_articles'>{links(news, 'grid', 'Mehr zum Thema')}</section>{FOOTER}"
    )
    head = linked({"@type": "BreadcrumbList"}, {"@type": "NewsMediaOrganization"}, array=True)
    return page(news, head + og(news, title=f"{news.title} - {news.publisher.upper()}"), body)


def as_of(news: News) -> str:
    """A broadcaster: topline and headline in one heading, "Stand:" above the text, a strong first paragraph."""
    body = (
        f"<div class='header'>{NAV}</div><main class='content-wrapper'><div class='seitenkopf'><div class='seitenkopf__title'><h1>"
        f"<span class='seitenkopf__topline'>{e(news.kicker)}</span> <span class='seitenkopf__headline--text'>{e(news.title)}</span></h1></div></div>"
        f"<article><p class='metatextline'>Stand: {german(news, '{day:02}.{number:02}.{year} {hour:02}:{minute:02} Uhr')}</p>"
        f"<p class='textabsatz m-ten'><strong>{e(news.lead)}</strong></p>{ps(news)}"
        f"<p class='sendungsbezug'>Über dieses Thema berichtete das Radio am {german(news, '{day}. {month} {year} um 12:00 Uhr')}.</p></article></main>"
        f"<div class='teasergroup'>{links(news, 'teaser', 'Mehr zum Thema')}</div>{FOOTER}"
    )
    return page(news, og(news), body, title=f"{news.title} | {news.publisher}")


def zone_in_brackets(news: News) -> str:
    """Java's own way to write an instant, with the zone's name."""
    zone = {"de": "Europe/Berlin", "en": "Europe/London", "fr": "Europe/Paris"}[news.language]
    data = article(
        news,
        datePublished=f"{news.at.isoformat()}[{zone}]",
        dateModified=f"{news.changed_at.isoformat()}[{zone}]",
    )
    body = (
        f"{NAV}<main><article><p class='kicker'>{news.kicker}</p><h1>{e(news.title)}</h1><p class='lead'>{e(news.lead)}</p>{ps(news)}"
        f"</article></main>{NEWSLETTER}{FOOTER}"
    )
    return page(news, linked(data) + og(news), body)


def java_date(news: News) -> str:
    """A meta element filled by Date.toString()."""
    at = news.at
    said = (
        f"{DAYS[at.weekday()]} {ENGLISH[at.month - 1][:3]} {at.day:02} {at:%H:%M:%S} {at.tzname()} {at.year}"
    )
    body = (
        f"{COOKIES}{NAV}<div class='main'><div class='article-full'><h1>{e(news.title)}</h1><div class='teaser'>{e(news.lead)}</div>"
        f"<div class='body'>{ps(news)}</div></div><div class='right'>{links(news, 'box', 'Meistgelesen')}</div></div>{FOOTER}"
    )
    return page(news, f"<meta name='publish_date' content='{said}'>" + og(news), body)


def broken_json(news: News) -> str:
    """Linked data with quotes nobody escaped: no parser reads it, and still the date stands there."""
    data = json.dumps(article(news, alternativeHeadline="X"), ensure_ascii=False).replace(
        '"X"', '"Er sagt: "Nein""'
    )
    body = (
        f"{NAV}<main><article><h1>{e(news.title)}</h1><p>{e(news.lead)}</p>{ps(news)}</article></main>"
        f"<aside>{links(news, 'side', 'Aus dem Ressort')}</aside>{FOOTER}"
    )
    return page(news, f"<script type='application/ld+json'>{data}</script>" + og(news), body)


def escaped_json(news: News) -> str:
    """A template that escapes what stands in a script."""
    data = html.escape(json.dumps(article(news), ensure_ascii=False))
    body = f"{NAV}<main><article><h1>{e(news.title)}</h1><p>{e(news.lead)}</p>{ps(news)}</article></main>{FOOTER}"
    return page(news, f"<script type='application/ld+json'>{data}</script>" + og(news), body)


def web_page_alone(news: News) -> str:
    """A blog system whose graph has a WebPage with dates and no article."""
    graph = (
        {"@type": "WebPage", "@id": news.url, "url": news.url, "name": f"{news.title} - {news.publisher}",
         "datePublished": news.at.astimezone(UTC).isoformat(), "dateModified": news.changed_at.astimezone(UTC).isoformat()},
        {"@type": "WebSite", "name": news.publisher},
    )  # fmt: skip
    body = (
        f"{NAV}<main><article class='post'><h1 class='entry-title'>{e(news.title)}</h1><div class='entry-content'><p>{e(news.lead)}</p>{ps(news)}</div>"
        f"</article><div id='comments'><h3>2 Kommentare</h3><p>Guter Beitrag, danke dafür, das war wirklich nötig.</p></div></main>{FOOTER}"
    )
    return page(news, linked(*graph, graph=True) + og(news, title=f"{news.title} - {news.publisher}"), body)


def weekday_line(news: News) -> str:
    """A regional paper: weekday, date and clock in words below the headline, hashed classes, no metadata."""
    at = news.at
    when = f"{TAGE[at.weekday()]}, {german(news, '{day:02}.{number:02}.{year}, {hour:02}:{minute:02} Uhr')}"
    body = (
        f"<div class='sc-1'>{NAV}</div><main class='sc-2'><h1 class='sc-3'>{e(news.title)}</h1><div class='sc-4'>{when}</div>"
        f"<p class='sc-5'>{e(news.lead)}</p><div class='sc-6'>{ps(news)}</div></main><div class='sc-7'>{links(news, 'sc-8', 'Weitere Meldungen')}</div>{FOOTER}"
    )
    return page(news, "", body, title=f"{news.title} - {news.section.title()} - {news.publisher}")


def short_year(news: News) -> str:
    """A small paper: two digits for the year."""
    body = (
        f"{NAV}<div id='content'><h1>{e(news.title)}</h1><p class='datum'>Erstellt: {german(news)[-9:]}, {news.at:%d.%m.%y}</p>"
        f"<p><b>{e(news.lead)}</b></p>{ps(news)}</div>{FOOTER}"
    ).replace(
        f"Erstellt: {german(news)[-9:]}, {news.at:%d.%m.%y}", f"{news.at:%d.%m.%y} - {news.at:%H:%M} Uhr"
    )
    return page(news, og(news), body)


def updated_first(news: News) -> str:
    """A broadcaster: the change stands before the publication, both in words."""
    body = (
        f"{NAV}<main><article><h1 class='article-title'><span class='article-title__overline'>{e(news.kicker)}</span>"
        f"<span class='article-title__text'>{e(news.title)}</span></h1><div class='article-author'>Autor: {news.author}</div>"
        f"<div class='publication-date'><span>Aktualisiert {news.changed_at:%d.%m.%Y, %H:%M} Uhr</span> <span>Publiziert {news.at:%d.%m.%Y, %H:%M} Uhr</span></div>"
        f"<p class='article-lead'>{e(news.lead)}</p><section class='article-content'>{ps(news)}</section></article></main>{FOOTER}"
    )
    return page(
        news, og(news), body, title=f"{news.kicker}: {news.title} - {news.section} - {news.publisher}"
    )


def twelve_hours(news: News) -> str:
    """An American paper: am and pm, month first."""
    at = news.at
    when = f"{ENGLISH[at.month - 1]} {at.day}, {at.year} at {at.hour % 12 or 12}:{at.minute:02} {'p.m.' if at.hour >= 12 else 'a.m.'}"
    body = (
        f"<header><nav>News Sports Opinion</nav></header><main><article><h1>{e(news.title)}</h1><p class='dek'>{e(news.lead)}</p>"
        f"<div class='byline'>By {news.author}</div><div class='timestamp'>{when}</div>{ps(news)}<p class='tagline'>Contact the newsroom at desk@paper.example.</p>"
        f"</article></main><footer>Terms. Privacy.</footer>"
    )
    return page(news, og(news), body, title=f"{news.title} | {news.publisher}")


def french_slashes(news: News) -> str:
    body = (
        f"<nav>Accueil Politique</nav><main><article><h1>{e(news.title)}</h1><p class='chapo'>{e(news.lead)}</p>"
        f"<p class='dates'>Publié le {news.at:%d/%m/%Y à %H:%M}, mis à jour le {news.changed_at:%d/%m/%Y à %H:%M}</p>{ps(news)}</article></main>"
        "<footer>Mentions légales</footer>"
    )
    return page(news, og(news), body)


def long_french(news: News) -> str:
    at = news.at
    when = f"{at.day} {MOIS[at.month - 1]} {at.year} à {at.hour:02}:{at.minute:02}"
    data = {"@type": "NewsArticle", "headline": f"VIDÉO. {news.title}", "datePublished": at.isoformat()}
    body = (
        f"<nav>Accueil Politique</nav><main><article><h1>{e(news.title)}</h1><time>{when}</time><p class='chapo'>{e(news.lead)}</p>"
        f"{ps(news)}</article></main><footer>Mentions légales</footer>"
    )
    return page(news, linked(data) + og(news, title=f"{news.title} - {news.publisher}"), body)


def number_of_seconds(news: News) -> str:
    """A script's clock in the linked data."""
    data = article(
        news, datePublished=int(news.at.timestamp()), dateModified=int(news.changed_at.timestamp())
    )
    body = f"{NAV}<main><article><h1>{e(news.title)}</h1><p>{e(news.lead)}</p>{ps(news)}</article></main>{FOOTER}"
    return page(news, linked(data) + og(news), body)


def nested_page(news: News) -> str:
    """The article inside the page inside a list; its date as a typed value."""
    inner = article(news, datePublished={"@type": "DateTime", "@value": news.at.isoformat()})
    data = {"@context": "https://schema.org", "@type": "WebPage", "mainEntity": inner}
    body = (
        f"{NAV}<main><article><header><div class='c-kicker'>{news.kicker}</div><h1>{e(news.title)}</h1></header><p>{e(news.lead)}</p>{ps(news)}"
        f"<blockquote class='twitter-tweet'><p>Was für ein Tag in der Stadt!</p>&mdash; Jemand (@jemand) <a href='#'>11. März</a></blockquote></article></main>{FOOTER}"
    )
    return page(news, linked({"@type": "ItemList"}, data, array=True) + og(news), body)


def shouting_window(news: News) -> str:
    """Outlet and section around the title in the window, nothing else names it but the heading."""
    body = (
        f"{NAV}<div class='wrapper'><div class='article'><span class='topic'>{e(news.kicker)}</span><h1 class='hl'>{e(news.title)}</h1>"
        f"<div class='intro'>{e(news.lead)}</div><div class='meta'><span>{news.at:%d.%m.%Y} um {news.at:%H:%M} Uhr</span></div><div class='txt'>{ps(news)}</div></div></div>{FOOTER}"
    )
    return page(news, "", body, title=f"{news.publisher.upper()}: {news.section.upper()} - {news.title}")


# The half of each was drawn by lot (the last bit of its name's digest) before anything was read.
MANNERS: dict[str, Kind] = {
    kind.draw.__name__: kind
    for kind in (
        Kind(second_heading, "tuning"),
        Kind(as_of, "testing"),
        Kind(zone_in_brackets, "testing"),
        Kind(java_date, "testing"),
        Kind(broken_json, "testing"),
        Kind(escaped_json, "tuning"),
        Kind(web_page_alone, "tuning"),
        Kind(weekday_line, "tuning"),
        Kind(short_year, "testing"),
        Kind(updated_first, "testing"),
        Kind(twelve_hours, "tuning", language="en"),
        Kind(french_slashes, "testing", language="fr", count=2),
        Kind(long_french, "testing", language="fr", count=2),
        Kind(number_of_seconds, "testing"),
        Kind(nested_page, "tuning"),
        Kind(shouting_window, "tuning"),
    )
}
