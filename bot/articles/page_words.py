"""What pages call their furniture, and what furniture says, in the languages we read; one pattern a line."""

FURNITURE_MARKS = """
newsletter related recommend teaser-list read-more readmore mehr-zum-thema more-on cookie consent cmp-
paywall piano social sharing share- advert anzeige ad-slot breadcrumb comment author-box authorbox
author-bio byline copyright credit caption tags-list taglist tag-list most-read meistgelesen promo
outbrain taboola subscribe abo-box push-box article-meta article__meta toolbar skip-link
"""
"""Parts of classes, ids and roles, in lower case, of boxes that stand inside an article's element."""

EMBEDDED = "twitter instagram tiktok bluesky mastodon facebook reddit"
"""Parts of classes of quotations that are somebody's post shown in the page."""

LEADS = r"""
(?<![a-z])lead(?!er) intro(?!duc) teaser vorspann standfirst (?<![a-z])dek(?![a-z]) chapo excerpt subtitle
subline einleitung anriss article-?summary article__desc
"""
"""Patterns of classes of what stands between a headline and its text."""

FURNITURE_LINES = r"""
(?:Foto|Bild|Fotos|Quelle|Grafik|Symbolbild|Archivbild|Video|Image|Photo|Credit|Crédit)\s*:.{0,120}
(?:©|\(c\)|Copyright)\s?.{0,120}
(?:Lesen Sie (?:auch|dazu|mehr|hier)|Lies auch|Mehr (?:zum Thema|dazu|aus|lesen))\b.{0,160}
(?:Auch interessant|Siehe auch|Das könnte Sie auch interessieren)\b.{0,160}
(?:Read more|Read also|More on this|Related|À lire aussi|Lire aussi)\b.{0,160}
(?:Anzeige|Werbung|Advertisement|Publicité|Teilen|Drucken|Merken|Artikel anhören|Kommentare)[\s:.!]*
(?:Vorlesen|Zur Startseite|Newsletter|Jetzt abonnieren|Weitere Artikel|Nach oben)[\s:.!]*
(?:Share|Print|Listen|Partager|Imprimer)[\s:.!]*
\d+ (?:Kommentare?|Comments?|Min(?:uten?)?\.?(?: Lesezeit)?|min read)
(?:Stand|Veröffentlicht|Aktualisiert|Erstellt)(?: am)?\s*:?\s*\d{1,2}\..{0,60}
(?:\p{L}+,? )?\d{1,2}\.? ?(?:\p{L}{3,9}\.?|\d{1,2}\.) ?\d{4}(?:,? (?:um )?\d{1,2}[:.h]\d{2}(?: Uhr)?)?
Dieser Artikel (?:erschien|stammt|ist (?:zuerst )?erschienen|wurde zuerst)\b.{0,200}
(?:Updated|Published)(?: (?:on|at))?\s*:?\s*.{0,12}\d{1,2}.{0,60}
(?:Von|By|Par) \p{Lu}[\p{L}.-]+(?: \p{Lu}[\p{L}.-]+){1,3}(?:,? (?:und|and|et) (?:\p{Lu}[\p{L}.-]+ ?){2,3})?
(?:Abonnieren Sie|Melden Sie sich|Folgen Sie uns|Sign up|Subscribe|Inscrivez-vous)\b.{0,300}
(?:(?:Hier|Jetzt) (?:geht es|können Sie|kostenlos)|Unser(?:en)? Newsletter)\b.{0,300}
(?:Empfohlener redaktioneller Inhalt|An dieser Stelle finden Sie|Externe[rn]? Inhalt)\b.{0,300}
(?:Mit (?:dem )?Klick|Ich bin damit einverstanden)\b.{0,300}
\(?(?:dpa|AFP|APA|sda|Reuters|AP|epd|KNA|SID|ots|red|Agenturen)(?:\s?[/,;]\s?[\p{L}.]{2,12}){0,6}\)?[\s.]*
Mit (?:Material|Agenturmaterial|Informationen) (?:von|der|des|aus)\b.{0,120}
(?:Auf|Per|Via) (?:Facebook|X|Twitter|WhatsApp|LinkedIn|Xing|Threads|Bluesky|E-?Mail)(?: (?:teilen|senden))?
Link (?:kopieren|kopiert)[\s.!]*
(?:Artikel|Beitrag) (?:teilen|drucken|merken|kommentieren|vorlesen|versenden|verschenken)
(?:Fehler (?:gefunden|entdeckt|melden)|Feedback (?:geben|zum Artikel))\b.{0,120}
(?:Kontakt|Contact)\b.{0,120}\p{L}@\p{L}.{0,60}
[-–—*•·_=\s]+
"""
"""Whole lines that belong to the page and not to its article."""

CONSENT_WORDS = r"""
cookies?
tracking
trackern?
einwilligung
zustimm\p{L}*
personalisierte\p{L}*
datenschutz\p{L}*
werbefrei
werbung
pur-abo
contentpass
privatsphäre
drittanbieter
partnern
widerruf\p{L}*
akzeptieren
geräte-?kennung\p{L}*
consent
privacy
third[- ]part\p{L}+
personali[sz]ed
advertisers?
accept
consentement
traceurs
partenaires
"""
"""Words that make up a consent wall and are rare anywhere else."""

WALL_PHRASES = r"""
weiterlesen mit
jetzt (?:gratis |kostenlos |4 wochen )?(?:testen|freischalten|abonnieren|weiterlesen)
bereits (?:ein )?abo(?:nnent\p{L}*)?
mit (?:ihrem |einem )?(?:abo|digital-?abo|plus-?abo)\b
nur für (?:abonnent\p{L}*|mitglieder)
exklusiv für abonnent\p{L}*
diesen artikel (?:weiterlesen|freischalten)
(?:monat|woche) (?:kostenlos|gratis|für 1)
jederzeit kündbar
sie haben (?:schon|bereits) (?:einen? )?(?:zugang|konto|abo)
zugang zu allen (?:artikeln|inhalten)
subscribe to (?:continue|read)
already a subscriber
to continue reading
réservé aux abonnés
déjà abonné
il vous reste \d+ ?% de cet article
"""
"""What a paywall says under the beginning of an article."""
