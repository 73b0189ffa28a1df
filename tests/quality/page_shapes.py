"""Pages in the manner of real publishers' systems, drawn around given articles; all words are our own."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta

from tests.quality.page_news import News

Shape = Callable[[News], str]


@dataclass(frozen=True)
class Kind:
    """A shape, the half it belongs to, and what stands before its article."""

    draw: Shape
    half: str
    language: str = "de"
    obstacle: str = ""
    count: int = 3
    has_clock: bool = True
    """False where the page tells the day alone."""


e = html.escape
MONTHS = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
MOIS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
COOKIES = (
    "<div id='cmp-layer' class='cookie-banner'><p>Wir setzen Cookies ein und verarbeiten mit unseren Partnern Daten von Ihrem Gerät."
    "</p><p>Details stehen in den Datenschutzhinweisen.</p><button>Einverstanden</button><button>Ablehnen</button></div>"
)
NAV = (
    "<nav><ul><li><a href='/'>Start</a></li><li><a href='/politik'>Politik</a></li><li><a href='/sport'>Sport</a></li>"
    "<li><a href='/kultur'>Kultur</a></li><li><a href='/wetter'>Wetter</a></li></ul></nav>"
)
NEWSLETTER = (
    "<section class='newsletter-box'><h3>Unser Morgenbrief</h3><p>Was der Tag bringt, in fünf Minuten gelesen. Melden Sie sich an.</p>"
    "<form><input name='mail'><button>Anmelden</button></form></section>"
)
FOOTER = (
    "<footer><p>Impressum</p><p>Datenschutz</p><p>Kontakt zur Redaktion</p><p>Alle Rechte vorbehalten. Nachdruck nur mit Erlaubnis "
    "des Verlags.</p></footer>"
)


def linked(*objects: dict, graph: bool = False, array: bool = False) -> str:
    value: object = {"@context": "https://schema.org", "@graph": list(objects)} if graph else objects[0]
    if array:
        value = list(objects)
    text = json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
    return f"<script type='application/ld+json'>{text}</script>"


def article(news: News, **more: object) -> dict:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": news.title,
        "description": news.lead,
        "datePublished": news.at.isoformat(),
        "dateModified": news.changed_at.isoformat(),
        "author": [{"@type": "Person", "name": news.author}],
        "publisher": {"@type": "Organization", "name": news.publisher},
        "articleSection": news.section,
        **more,
    }


def og(news: News, *, title: str = "", published: str = "") -> str:
    return (
        f"<meta property='og:type' content='article'><meta property='og:title' content='{e(title or news.title)}'>"
        f"<meta property='og:description' content='{e(news.lead)}'><meta property='og:site_name' content='{e(news.publisher)}'>"
        f"<meta property='og:url' content='{news.url}'>"
        + (f"<meta property='article:published_time' content='{published}'>" if published else "")
    )


def ps(news: News, tag: str = "p", between: str = "") -> str:
    parts = [f"<{tag}>{e(part)}</{tag}>" for part in news.paragraphs]
    parts.insert((len(parts) + 1) // 2, between)
    return "\n".join(parts)


def links(news: News, kind: str, heading: str) -> str:
    items = "".join(f"<li><a href='/x/{n}'>{e(title)}</a></li>" for n, title in enumerate(news.others))
    return f"<div class='{kind}'><h3>{heading}</h3><ul>{items}</ul></div>"


def page(news: News, head: str, body: str, *, attributes: str = "", title: str = "") -> str:
    name = title or f"{news.title} - {news.publisher}"
    return (
        f"<!DOCTYPE html>\n<html lang='{news.language}'{attributes}><head><meta charset='utf-8'><title>{e(name)}</title>"
        f"<link rel='canonical' href='{news.url}'>{head}</head>\n<body>{body}</body></html>"
    )


def german(news: News, pattern: str = "{day}. {month} {year}, {hour:02}:{minute:02} Uhr") -> str:
    at = news.at
    return pattern.format(
        day=at.day, month=MONTHS[at.month - 1], number=at.month, year=at.year, hour=at.hour, minute=at.minute
    )


# --- the half that was looked at while tuning ------------------------------------------------------


def blog_system(news: News) -> str:
    """A widely used blog system with a graph of linked data."""
    graph = (
        {"@type": "WebPage", "@id": news.url, "name": f"{news.title} - {news.publisher}"},
        {**article(news), "@id": f"{news.url}#a", "author": {"@id": "#person"}, "publisher": {"@id": "#org"}},
        {"@type": "Person", "@id": "#person", "name": news.author},
        {"@type": "Organization", "@id": "#org", "name": news.publisher},
    )
    body = (
        f"{NAV}<div id='page'><main><article class='post type-post'><header><h1 class='entry-title'>{e(news.title)}</h1>"
        f"<div class='entry-meta'>Von <a href='/autor'>{news.author}</a> | <time class='updated' datetime='{news.changed_at.isoformat()}'>aktualisiert</time></div></header>"
        f"<div class='entry-content'><p><strong>{e(news.lead)}</strong></p>{ps(news)}"
        f"<div class='sharedaddy share-buttons'><h3>Teilen mit:</h3><ul><li>Mail</li><li>Drucken</li></ul></div></div>"
        f"{links(news, 'jp-relatedposts', 'Ähnliche Beiträge')}</article></main>"
        f"<div id='secondary' class='widget-area'>{links(news, 'widget recent', 'Neueste Beiträge')}{NEWSLETTER}</div></div>{FOOTER}"
    )
    head = linked(*graph, graph=True) + og(news, title=f"{news.title} - {news.publisher}")
    return page(news, head, body)


def kicker_paper(news: News) -> str:
    """A national paper: kicker and headline in one heading, linked data as a list."""
    data = ({"@type": "BreadcrumbList"}, article(news, headline=f"{news.kicker}: {news.title}"))
    body = (
        f"{COOKIES}{NAV}<main><article><header><h1><span class='article-kicker'>{news.kicker}</span> "
        f"<span class='article-headline'>{e(news.title)}</span></h1><p class='article-intro'>{e(news.lead)}</p>"
        f"<p class='byline'>Von {news.author}</p><time datetime='{news.at.isoformat()}'>{german(news)}</time></header>"
        f"<figure><img src='a.jpg' alt=''><figcaption>Blick auf den Ort des Geschehens am Vormittag. Foto: Archiv / {news.author}</figcaption></figure>"
        f"{ps(news, between=links(news, 'related-box', 'Mehr zum Thema'))}</article></main>"
        f"<aside><h2>Meistgelesen</h2><ol>{''.join(f'<li>{e(t)}</li>' for t in news.others)}</ol></aside>{FOOTER}"
    )
    return page(
        news,
        linked(*data, array=True) + og(news),
        body,
        title=f"{news.kicker}: {news.title} | {news.publisher}",
    )


def local_clock(news: News) -> str:
    """A radio station: no linked data, the time element names no zone."""
    local = news.at.strftime("%Y-%m-%dT%H:%M")
    body = (
        f"{NAV}<div class='content-wrapper'><article class='detail'><div class='topline'>{news.kicker}</div><h1>{e(news.title)}</h1>"
        f"<div class='info'>Stand: <time datetime='{local}'>{german(news, '{day:02}.{number:02}.{year} {hour:02}:{minute:02}')} Uhr</time></div>"
        f"<p class='lead'>{e(news.lead)}</p>{ps(news, between='<div class=audio-teaser><p>Audio: Das Gespräch zum Nachhören (3 Min.)</p></div>')}"
        f"<p class='broadcast-note'>Quelle: {e(news.publisher)}</p></article>"
        f"<section class='teaser-list'>{''.join(f'<h4>{e(t)}</h4><time datetime=2026-01-01T08:00>1.1.</time>' for t in news.others)}</section></div>{FOOTER}"
    )
    return page(news, og(news), body)


def false_utc(news: News) -> str:
    """A regional paper whose linked data calls local time UTC; advertisements between the paragraphs."""
    wrong = news.at.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
    body = (
        f"{COOKIES}{NAV}<div class='page'><div class='article' itemscope><h2 class='dachzeile'>{news.kicker}</h2><h1>{e(news.title)}</h1>"
        f"<span class='autor'>Von {news.author}</span> <time class='pubdate' datetime='{news.at.isoformat()}'>{german(news)}</time>"
        f"<div class='article-body'><p class='vorspann'>{e(news.lead)}</p>{ps(news, between='<div class=ad-slot>Anzeige</div><p>Anzeige</p>')}"
        f"<p>© dpa-infocom, dpa:260311-99-12345/2</p></div>{links(news, 'lesen-sie-auch', 'Lesen Sie auch')}</div>"
        f"<div class='comments'><h3>Kommentare</h3><p>Melden Sie sich an, um zu kommentieren.</p><p>Endlich sagt es einer, das war längst fällig!</p></div></div>{FOOTER}"
    )
    return page(
        news,
        linked(article(news, datePublished=wrong)) + og(news, title=f"{news.title} | {news.publisher}"),
        body,
    )


def agency_portal(news: News) -> str:
    """A portal that prints agencies' news: visible date alone."""
    body = (
        f"<div id='header'>{NAV}</div><div id='main'><div class='breadcrumb'>Start &gt; Nachrichten &gt; {news.section}</div>"
        f"<h1>{e(news.title)}</h1><div class='datum'>{german(news, '{day:02}.{number:02}.{year} | {hour:02}:{minute:02} Uhr')}</div>"
        f"<div class='text'><p><b>{e(news.lead)}</b></p>{ps(news)}</div><p class='copyright'>Copyright 2026, Nachrichten-Dienst. Alle Angaben ohne Gewähr.</p>"
        f"{links(news, 'weitere', 'Weitere Meldungen')}</div><div id='right'>{NEWSLETTER}<p>Kurse: Leitindex 18.200 Punkte</p></div>{FOOTER}"
    )
    return page(news, og(news), body, title=f"{news.title} – {news.publisher}")


def accelerated(news: News) -> str:
    """An AMP page."""
    body = (
        f"<amp-sidebar>{NAV}</amp-sidebar><header>{e(news.publisher)}</header><article><h1>{e(news.title)}</h1>"
        f"<div class='meta'><span>{news.author}</span> <time datetime='{news.at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}'>{german(news)}</time></div>"
        f"<amp-img src='a.jpg' width='600' height='400'></amp-img><div class='amp-body'><p>{e(news.lead)}</p>{ps(news)}</div>"
        f"<amp-ad type='x'></amp-ad><amp-list src='/related'></amp-list></article>{links(news, 'amp-related', 'Mehr')}{FOOTER}"
    )
    return page(news, linked(article(news)), body, attributes=" amp")


def english_daily(news: News) -> str:
    """An English daily with a search engine's headline beside its own."""
    body = (
        f"<header><a href='#main' class='skip-link'>Skip to main content</a><nav>News Sport Opinion Culture</nav></header><main id='main'><article>"
        f"<h1 data-testid='headline'>{e(news.title)}</h1><p data-testid='standfirst'>{e(news.lead)}</p>"
        f"<p class='byline'>By {news.author}</p><time datetime='{news.at.isoformat()}'>{news.at:%d %B %Y}</time>"
        f"{ps(news, between=links(news, 'rich-link', 'Read more'))}"
        f"<div class='newsletter-signup'><p>Sign up to our weekly briefing, free to your inbox.</p></div></article></main>"
        f"<aside class='most-viewed'>{links(news, 'mv', 'Most viewed')}</aside><footer>© 2026 {e(news.publisher)} Ltd. All rights reserved.</footer>"
    )
    data = article(news, headline=f"{news.title}", alternativeHeadline="Live: all you need to know")
    return page(news, linked(data) + og(news, title=f"{news.title} | {news.publisher}"), body)


def consent_wall(news: News) -> str:
    body = (
        f"<main><h1>Mit Werbung weiterlesen oder im Pur-Abo</h1><p>Besuchen Sie {e(news.publisher)} wie gewohnt mit Werbung und Tracking. Wir und bis zu 214 Partner "
        "speichern Cookies und Geräte-Kennungen für personalisierte Anzeigen. Ihre Einwilligung können Sie jederzeit in den Datenschutzeinstellungen widerrufen.</p>"
        "<p>Details zu Tracking und Cookies finden Sie in der Datenschutzerklärung und im Privatsphäre-Center.</p><button>Akzeptieren und weiter</button>"
        "<h2>Pur-Abo</h2><p>Werbefrei lesen, ohne Tracking von Drittanbietern und ohne personalisierte Werbung, ab 3,99 Euro im Monat.</p></main>"
    )
    return page(news, og(news), body, title=f"Zustimmung | {news.publisher}")


def marked_paywall(news: News) -> str:
    data = article(
        news,
        isAccessibleForFree=False,
        hasPart={"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".paid"},
    )
    body = (
        f"{NAV}<article><h1>{e(news.title)}</h1><p>{e(news.lead)}</p><p>{e(news.paragraphs[0])}</p>"
        "<div class='offer'><h3>Weiterlesen mit Plus</h3><p>Zugang zu allen Artikeln, einen Monat kostenlos, jederzeit kündbar.</p>"
        f"<p>Sie haben bereits ein Abo? Hier anmelden.</p></div></article>{FOOTER}"
    )
    return page(news, linked(data) + og(news), body)


# --- the half that only judges ---------------------------------------------------------------------


def broadcaster(news: News) -> str:
    """A broadcaster's plain page, a dot in the clock."""
    body = (
        f"<div id='top'>{NAV}</div><div id='content' role='main'><div class='story-horizontal-content'><h1>{e(news.title)}</h1>"
        f"<div class='story-meta-dates'><div class='print-only'>{german(news, '{day}. {month} {year}, {hour}.{minute:02} Uhr')}</div></div>"
        f"<div id='ss-storyText'><p class='storyIntro'>{e(news.lead)}</p>{ps(news, between='<h2>Kritik und Zustimmung</h2>')}"
        f"<p class='caption'>red, Agenturen</p></div></div><div class='related-links'>{links(news, 'oon', 'Mehr dazu')}</div></div>{FOOTER}"
    )
    return page(news, og(news), body, title=f"{news.title} - {news.publisher}")


def microdata(news: News) -> str:
    """A content system with fields and microdata, no linked data."""
    utc = news.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = (
        f"{COOKIES}<div class='layout-container'>{NAV}<main><div class='node node--type-article' itemscope itemtype='https://schema.org/NewsArticle'>"
        f"<h1 class='page-title' itemprop='headline'><span class='field field--name-title'>{e(news.title)}</span></h1>"
        f"<span itemprop='author'>{news.author}</span><span class='changed'>Zuletzt geändert: <time datetime='{news.changed_at.isoformat()}'>später</time></span>"
        f"<meta itemprop='datePublished' content='{utc}'><div class='field field--name-field-teaser'>{e(news.lead)}</div>"
        f"<div class='field field--name-body' itemprop='articleBody'>{ps(news)}</div><div class='field--name-tags'><a>Rat</a> <a>Land</a></div></div>"
        f"<div class='block block-views related'>{links(news, 'view', 'Mehr zum Thema')}</div></main></div>{FOOTER}"
    )
    return page(news, "", body)


def hashed_classes(news: News) -> str:
    """A page built by scripts: meaningless classes, escaped headlines in its linked data."""
    title = news.title.replace('"', "&quot;").replace("„", "&bdquo;").replace("“", "&ldquo;")
    body = (
        f"<div id='__next'><div class='css-1x'>{NAV}</div><div class='css-2y'><h1 class='css-h1'>{e(news.title)}</h1>"
        f"<div class='css-3z'><span>{news.author}</span><span>{german(news)}</span></div><div class='css-4a'><p class='css-p0'>{e(news.lead)}</p>"
        f"{''.join(f'<div class=css-5b><p class=css-p>{e(part)}</p></div>' for part in news.paragraphs)}</div>"
        f"<div class='css-6c'><h2>Das könnte Sie auch interessieren</h2>{''.join(f'<div class=css-7d><a href=/x><h3>{e(t)}</h3></a></div>' for t in news.others)}</div></div></div>"
        f"<script id='__NEXT_DATA__' type='application/json'>{{\"props\":{{}}}}</script>{FOOTER}"
    )
    return page(
        news, linked(article(news, headline=title)) + og(news, title=f"{news.title} | {news.publisher}"), body
    )


def french_daily(news: News) -> str:
    at = news.at
    when = f"Publié le {at.day} {MOIS[at.month - 1]} {at.year} à {at.hour:02}h{at.minute:02}"
    body = (
        f"<nav>À la une International Politique Société</nav><main><article class='article'><p class='article__label'>{e(news.section)}</p><h1 class='article__title'>{e(news.title)}</h1>"
        f"<p class='article__desc'>{e(news.lead)}</p><section class='article__infos'><span>Par {news.author}</span> <span class='meta__date'>{when}</span></section>"
        f"<section class='article__content'>{ps(news, between='<p><a href=/y>Lire aussi : le récit de la journée</a></p>')}</section>"
        f"<section class='newsletter'><p>Inscrivez-vous à notre lettre du matin.</p></section></article></main><footer><p>Mentions légales</p></footer>"
    )
    return page(news, linked(article(news)) + og(news), body, title=f"{news.title} – {news.publisher}")


def search_headline(news: News) -> str:
    """Another headline for search engines in the linked data; Open Graph has the printed one."""
    data = article(news, headline=f"{news.kicker} aktuell: was bisher bekannt ist und wie es weitergeht")
    body = (
        f"{NAV}<main><article><header><div class='ArticleHead__kicker'>{news.kicker}</div><h1 class='ArticleHead__title'>{e(news.title)}</h1>"
        f"<p class='ArticleHead__lead'>{e(news.lead)}</p><p class='ArticleHead__meta'>{news.author} <time datetime='{news.at.isoformat()}'>{german(news)}</time></p></header>"
        f"<div class='ArticleBody'>{ps(news)}</div><ul class='tags-list'><li>Schweiz</li><li>Ausland</li></ul></article></main>{FOOTER}"
    )
    return page(news, linked(data) + og(news), body)


def lost_date(news: News) -> str:
    """Linked data from a system that has lost its date; the meta element knows."""
    data = article(news, datePublished="1970-01-01T00:00:00Z", dateModified="0001-01-01T00:00:00")
    body = (
        f"{COOKIES}{NAV}<main><article><h1>{e(news.title)}</h1><p>{e(news.lead)}</p>{ps(news)}"
        f"<div class='infobox'><h4>Über den Autor</h4><p>{news.author} berichtet seit Jahren aus der Region.</p></div></article>"
        f"<aside>{links(news, 'side', 'Aus dem Ressort')}</aside></main>{FOOTER}"
    )
    return page(news, linked(data) + og(news, published=news.at.isoformat()), body)


def british(news: News) -> str:
    body = (
        f"<header><nav>Home UK World Business</nav></header><main><article><header><h1>{e(news.title)}</h1></header>"
        f"<div data-component='byline-block'><time datetime='{news.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z'>{news.at:%d %B %Y}</time><span>{news.author}</span></div>"
        f"<div data-component='text-block'><p><b>{e(news.lead)}</b></p>{ps(news)}</div>"
        f"<div data-component='links-block'><h2>Related topics</h2>{''.join(f'<a>{e(t)}</a>' for t in news.others)}</div></article></main>"
        "<footer>Terms of Use. About us. Privacy Policy. The publisher is not responsible for the content of external sites.</footer>"
    )
    data = article(
        news,
        datePublished=f"{news.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z",
        author={"@type": "Organization", "name": news.publisher},
    )
    return page(news, linked(data) + og(news), body, title=f"{news.title} - {news.publisher}")


def table_age(news: News) -> str:
    """A small paper's page from the age of tables: breaks instead of paragraphs."""
    local = news.at.strftime("%Y-%m-%d %H:%M")
    body = (
        "<table width='100%'><tr><td width='150' valign='top'><a href='/'>Start</a><br><a href='/lokales'>Lokales</a><br><a href='/abo'>Abo</a></td>"
        f"<td valign='top'><font size='5'><h1>{e(news.title)}</h1></font><font size='2'><b>{e(news.lead)}</b><br><br>{'<br><br>'.join(map(e, news.paragraphs))}</font></td>"
        f"<td width='180' valign='top'><b>Weitere Artikel</b><br>{'<br>'.join(map(e, news.others))}</td></tr></table><center>Impressum | Kontakt</center>"
    )
    return page(
        news, f"<meta name='DC.date' content='{local}'>", body, title=f"{news.publisher}: {news.title}"
    )


def live_ticker(news: News) -> str:
    """A ticker: its linked data holds the updates, its page shows them with their times."""
    updates = [
        {
            "@type": "BlogPosting",
            "headline": f"Meldung {n}",
            "articleBody": part,
            "datePublished": (news.at + timedelta(minutes=9 * n)).isoformat(),
        }
        for n, part in enumerate(news.paragraphs)
    ]
    data = article(news) | {"@type": "LiveBlogPosting", "liveBlogUpdate": updates}
    rows = "".join(
        f"<div class='live-entry'><time datetime='{(news.at + timedelta(minutes=9 * n)).isoformat()}'>{news.at + timedelta(minutes=9 * n):%H:%M}</time><p>{e(part)}</p></div>"
        for n, part in enumerate(news.paragraphs)
    )
    body = f"{NAV}<main><article><h1><span class='live-badge'>Live</span> {e(news.title)}</h1><p>{e(news.lead)}</p>{rows}</article></main>{NEWSLETTER}{FOOTER}"
    return page(news, linked(data) + og(news), body)


def day_alone(news: News) -> str:
    """A weekly: only the day, in words."""
    body = (
        f"{NAV}<main><article><h1>{e(news.title)}</h1><p class='date'>{german(news, '{day}. {month} {year}')}</p><p class='author'>Von {news.author}</p>"
        f"<p><em>{e(news.lead)}</em></p>{ps(news)}<p>Dieser Artikel erschien in der gedruckten Ausgabe.</p></article></main>{FOOTER}"
    )
    return page(news, og(news), body)


def long_read(news: News) -> str:
    """A magazine: chapters, a pulled quote, a drop cap, the author's box below."""
    first, *rest = news.paragraphs
    parts = "".join(f"<section class='chapter'><p>{e(part)}</p></section>" for part in rest)
    body = (
        f"{NAV}<main><div class='hero'><p class='hero__eyebrow'>{news.kicker}</p><h1 class='hero__title'>{e(news.title)}</h1><p class='hero__standfirst'>{e(news.lead)}</p></div>"
        f"<div class='story'><p class='story__first'><span class='dropcap'>{e(first[0])}</span>{e(first[1:])}</p>"
        f"<blockquote class='pullquote'>{e(first.split('. ')[0][:60])}</blockquote>{parts}</div>"
        f"<div class='author-bio'><h4>{news.author}</h4><p>{news.author} schreibt über das Land und seine Leute.</p></div>"
        f"<p class='published-on'>Veröffentlicht am {german(news, '{day:02}.{number:02}.{year} um {hour:02}:{minute:02} Uhr')}</p></main>{FOOTER}"
    )
    return page(news, linked(article(news, datePublished=news.at.date().isoformat())) + og(news), body)


def mountain_radio(news: News) -> str:
    """A small station: everything in boxes, an offset without a colon, the changed time first."""
    at, changed = news.at.strftime("%Y-%m-%dT%H:%M:%S%z"), news.changed_at.strftime("%Y-%m-%dT%H:%M:%S%z")
    body = (
        f"{COOKIES}<div class='wrap'>{NAV}<div class='box box--article'><div class='box__head'><span class='label'>{news.section}</span><h1>{e(news.title)}</h1></div>"
        f"<div class='box__dates'>Aktualisiert: <time datetime='{changed}'>später</time> Veröffentlicht: <time datetime='{at}'>{german(news)}</time></div>"
        f"<div class='box__text'><div class='rte'><p>{e(news.lead)}</p>{ps(news)}</div></div>"
        f"<div class='box__share'><a>Teilen</a><a>Mailen</a></div></div><div class='box box--list'>{links(news, 'list', 'Neueste Meldungen')}</div></div>{FOOTER}"
    )
    return page(news, og(news, title=f"{news.title} · {news.publisher}"), body)


def press_council(news: News) -> str:
    """A city's paper with two objects of linked data: the first is about another article."""
    other = article(
        news,
        headline=news.others[0],
        datePublished="2026-01-02T03:04:05+01:00",
        url="https://www.andere.example/x",
    )
    body = (
        f"{NAV}<main id='content'><article class='c-article'><h1 class='c-article__title'>{e(news.title)}</h1><p class='c-article__intro'><strong>{e(news.lead)}</strong></p>"
        f"<div class='c-article__body'>{ps(news, between='<figure><img><figcaption>So sah es am Morgen aus. (Bild: Leserin)</figcaption></figure>')}</div></article>"
        f"<section class='c-comments'><h2>12 Kommentare</h2><p>Das sehe ich anders als die Redaktion, und zwar ganz entschieden.</p></section></main>{FOOTER}"
    )
    return page(
        news,
        linked(other) + linked(article(news)) + og(news),
        body,
        title=f"{news.title} | {news.section} | {news.publisher}",
    )


def silent_paywall(news: News) -> str:
    body = (
        f"{NAV}<article><h1>{e(news.title)}</h1><p>{e(news.lead)}</p><p>{e(news.paragraphs[0][:180])} …</p></article>"
        "<div class='paywall-container'><h2>Jetzt weiterlesen</h2><p>Lesen Sie diesen Artikel mit Ihrem Digital-Abo.</p>"
        f"<p>Exklusiv für Abonnenten: vier Wochen für einen Euro, jederzeit kündbar.</p></div>{FOOTER}"
    )
    return page(news, og(news), body)


def english_consent(news: News) -> str:
    body = (
        "<div><h1>Your privacy matters</h1><p>We and our 812 advertisers and third-party vendors store cookies to show personalised advertising and measure it. "
        "You may accept or withdraw your consent at any time in the privacy settings.</p><p>By choosing Accept you consent to tracking by third parties.</p>"
        "<button>Accept all</button><button>Manage cookies</button></div>"
    )
    return page(news, "", body, title="Your privacy choices")


KINDS: dict[str, Kind] = {
    shape.__name__: Kind(shape, half, **more)
    for half, shape, more in (
        ("tuning", blog_system, {}),
        ("tuning", kicker_paper, {}),
        ("tuning", local_clock, {}),
        ("tuning", false_utc, {}),
        ("tuning", agency_portal, {}),
        ("tuning", accelerated, {}),
        ("tuning", english_daily, {"language": "en"}),
        ("tuning", table_age, {}),
        ("tuning", day_alone, {"has_clock": False}),
        ("tuning", consent_wall, {"obstacle": "consent", "count": 2}),
        ("tuning", marked_paywall, {"obstacle": "paywall", "count": 2}),
        ("testing", broadcaster, {}),
        ("testing", microdata, {}),
        ("testing", hashed_classes, {}),
        ("testing", search_headline, {}),
        ("testing", lost_date, {}),
        ("testing", live_ticker, {}),
        ("testing", long_read, {}),
        ("testing", mountain_radio, {}),
        ("testing", press_council, {}),
        ("testing", british, {"language": "en"}),
        ("testing", french_daily, {"language": "fr", "count": 2}),
        ("testing", silent_paywall, {"obstacle": "paywall", "count": 2}),
        ("testing", english_consent, {"obstacle": "consent", "language": "en", "count": 2}),
    )
}
