"""How the sample newsroom writes its pages: an article amid the usual furniture of a news site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from types import MappingProxyType

from monitor.demo.feeds import article_to_html
from monitor.demo.samples import ArticleSample, Outlet


@dataclass(frozen=True, slots=True)
class _Boilerplate:
    """The words around an article, in one language."""

    sections: tuple[str, ...]
    cookies: str
    also: str
    imprint: str


BOILERPLATE: Mapping[str, _Boilerplate] = MappingProxyType(
    {
        "en": _Boilerplate(
            ("Home", "World", "Business", "Culture", "Sport"),
            "We use cookies to remember your settings.",
            "More from this paper",
            "An invented outlet of the monitor's sample newsroom.",
        ),
        "de": _Boilerplate(
            ("Start", "Welt", "Wirtschaft", "Kultur", "Sport"),
            "Wir verwenden Cookies, um Ihre Einstellungen zu merken.",
            "Mehr aus diesem Blatt",
            "Ein erfundenes Blatt aus der Muster-Redaktion des Monitors.",
        ),
        "es": _Boilerplate(
            ("Portada", "Mundo", "Economía", "Cultura", "Deportes"),
            "Usamos cookies para recordar sus preferencias.",
            "Más en este diario",
            "Un diario inventado de la redacción de muestra del monitor.",
        ),
        "fr": _Boilerplate(
            ("Accueil", "Monde", "Économie", "Culture", "Sport"),
            "Nous utilisons des cookies pour retenir vos réglages.",
            "À lire aussi",
            "Un journal inventé de la rédaction d'exemple du moniteur.",
        ),
        "ru": _Boilerplate(
            ("Главная", "Мир", "Экономика", "Культура", "Спорт"),
            "Мы используем файлы cookie, чтобы помнить ваши настройки.",
            "Читайте также",
            "Вымышленное издание из учебной редакции монитора.",
        ),
        "uk": _Boilerplate(
            ("Головна", "Світ", "Економіка", "Культура", "Спорт"),
            "Ми використовуємо файли cookie, щоб пам'ятати ваші налаштування.",
            "Читайте також",
            "Вигадане видання з навчальної редакції монітора.",
        ),
    }
)


def write_page(outlet: Outlet, article: ArticleSample, home: str) -> bytes:
    """Write the article's page, in its outlet's encoding."""
    plain = {
        "language": outlet.language,
        "encoding": outlet.encoding,
        "home": home,
        "source": outlet.name,
        "url": article.url,
        "title": article.title,
        "summary": article.summary,
        "byline": article.byline,
        "published": article.published.isoformat(),
        "clock": f"{article.published:%H:%M} UTC",
        "cookies": BOILERPLATE[outlet.language].cookies,
        "also": BOILERPLATE[outlet.language].also,
        "imprint": BOILERPLATE[outlet.language].imprint,
    }
    page = _read_template("page.html").substitute(
        {name: escape(value) for name, value in plain.items()},
        body=article_to_html(article),
        facts=_json_ld(outlet, article),
        sections=_section_links(outlet, home),
        related=_related_links(outlet, article),
    )
    return page.encode(outlet.encoding, "xmlcharrefreplace")


def write_front(outlet: Outlet, feed_url: str, feed_type: str) -> bytes:
    """Write the outlet's front page: its headlines, and where its feed is."""
    page = f"""<!DOCTYPE html>
<html lang="{outlet.language}"><head><meta charset="{outlet.encoding}"><title>{escape(outlet.name)}</title>
<link rel="alternate" type="{feed_type}" href="{feed_url}"></head>
<body><h1>{escape(outlet.name)}</h1><ul>{_article_links(outlet.articles)}</ul></body></html>
"""
    return page.encode(outlet.encoding, "xmlcharrefreplace")


def write_challenge() -> bytes:
    """Write what a wall against robots shows instead of what was asked for."""
    return _read_template("challenge.html").template.encode()


def _read_template(name: str) -> Template:
    return Template((files(__package__) / name).read_text("utf-8"))


def _json_ld(outlet: Outlet, article: ArticleSample) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.isoformat(),
        "inLanguage": outlet.language,
        "author": [{"@type": "Person", "name": article.byline}],
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.name},
    }
    return json.dumps(facts, ensure_ascii=False).replace("</", "<\\/")


def _section_links(outlet: Outlet, home: str) -> str:
    return "".join(f'<li><a href="{home}/">{escape(s)}</a></li>' for s in BOILERPLATE[outlet.language].sections)


def _related_links(outlet: Outlet, article: ArticleSample) -> str:
    return _article_links(tuple(other for other in outlet.articles if other.slug != article.slug)[:3])


def _article_links(articles: tuple[ArticleSample, ...]) -> str:
    return "".join(f'<li><a href="{a.url}">{escape(a.title)}</a></li>' for a in articles)
