"""The style sheet of rendered text. Everything hangs under ``.rc-md``; all colours are variables.

Theme: light unless the page says otherwise with ``data-theme="dark"``, ``"contrast"`` or
``"contrast-dark"`` on the root element or any ancestor (Gradio's own ``.dark`` works too); without a
``data-theme`` on the root, the reader's system decides. Every text colour has at least 4.5:1 on the
code background of its theme (WCAG 2.2 AA, 1.4.3), in the contrast themes 7:1 (AAA). Pictures stand on
white in every theme: those with clear parts are mostly dark lines.
"""

from __future__ import annotations

from rlhf_collect.rendering.highlight import MAX_INDENT

_NAMES = ("bg", "bar", "text", "muted", "line", "link", "warn", *"cktfsmaoid")
_COLOURS: dict[str, str] = {
    "light": "#f6f7f8 #eceef0 #1f2328 #57606a #d0d7de #0a58a8 #8f3400 "
    "#57606a #a3202c #7b3fa6 #6a3fb5 #0a4d80 #0550ae #116329 #1f2328 #116329 #a3202c",
    "dark": "#161b22 #21262d #e6edf3 #9da7b3 #3d444d #79b8ff #ffb77c "
    "#9da7b3 #ff8b84 #d2a8ff #dcb6ff #a5d6ff #79c0ff #7ee787 #e6edf3 #7ee787 #ff9d96",
    "contrast": "#ffffff #ffffff #000000 #3a3a3a #000000 #003c8f #6b2400 "
    "#3a3a3a #7a0012 #4f1a7a #3f1a85 #00325c #003580 #00451a #000000 #00451a #7a0012",
    "contrast-dark": "#000000 #000000 #ffffff #d0d0d0 #ffffff #9ccbff #ffc99a "
    "#d0d0d0 #ffaaa5 #e2c5ff #e8d0ff #c0e2ff #a8d5ff #a0f0a8 #ffffff #a0f0a8 #ffb5b0",
}


def palette(theme: str) -> dict[str, str]:
    """Colours (``#rrggbb``) of a theme by name: ``bg``, ``text``, ..., and one per code class letter."""
    return dict(zip(_NAMES, _COLOURS[theme].split(), strict=True))


def highlight_css() -> str:
    """Colours of code in all four themes: the variables, and a rule for each class of ``highlight``."""
    rules = [
        _variables(":root", "light"),
        f"@media (prefers-color-scheme:dark){{{_variables(':root:not([data-theme])', 'dark')}}}",
        f"@media (prefers-contrast:more){{{_variables(':root:not([data-theme])', 'contrast')}}}",
        "@media (prefers-contrast:more) and (prefers-color-scheme:dark)"
        f"{{{_variables(':root:not([data-theme])', 'contrast-dark')}}}",
        _variables('[data-theme="light"]', "light"),
        _variables('.dark,[data-theme="dark"]', "dark"),
        _variables('[data-theme="contrast"]', "contrast"),
        _variables('[data-theme="contrast-dark"]', "contrast-dark"),
    ]
    rules += [f".rc-md .rc-{letter}{{color:var(--rc-{letter})}}" for letter in "cktfsmaoid"]
    rules += [f".rc-md .rc-in{indent}{{--rc-in:{indent}ch}}" for indent in range(2, MAX_INDENT + 1, 2)]
    rules += [".rc-md .rc-c{font-style:italic}", ".rc-md .rc-k{font-weight:600}"]
    return "\n".join(rules) + "\n"


def content_css() -> str:
    """All styles rendered text needs, code colours included. About 6 kB."""
    return highlight_css() + _LAYOUT


def _variables(selector: str, theme: str) -> str:
    values = ";".join(f"--rc-{name}:{value}" for name, value in palette(theme).items())
    return f"{selector}{{{values}}}"


_LAYOUT = """\
.rc-md{overflow-wrap:anywhere;contain:paint;isolation:isolate}
.rc-md.rc-long>*{content-visibility:auto;contain-intrinsic-block-size:auto 4em}
.rc-md>:first-child{margin-block-start:0}
.rc-md>:last-child{margin-block-end:0}
.rc-md :is(h4,h5,h6){font-weight:650;line-height:1.3;margin-block:1.2em .4em}
.rc-md .rc-h1{font-size:1.35em}
.rc-md .rc-h2{font-size:1.2em}
.rc-md .rc-h3{font-size:1.08em}
.rc-md :is(.rc-h4,.rc-h5,.rc-h6){font-size:1em}
.rc-md blockquote{margin:.8em 0;padding-inline-start:1em;border-inline-start:3px solid var(--rc-line)}
.rc-md code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,monospace;font-size:.92em}
.rc-md :not(pre)>code{background:var(--rc-bar);color:var(--rc-text);padding:.1em .3em;border-radius:3px}
[data-theme^="contrast"] .rc-md :not(pre)>code{box-shadow:0 0 0 1px var(--rc-line)}
.rc-md .rc-tex{white-space:pre-wrap}
.rc-md .rc-code{margin:.9em 0;background:var(--rc-bg);color:var(--rc-text);border:1px solid var(--rc-line);\
border-radius:6px;overflow:hidden}
.rc-md .rc-code-bar{display:flex;justify-content:space-between;gap:1em;min-height:1.6em;padding:.15em .8em;\
background:var(--rc-bar);color:var(--rc-muted);font-size:.8em}
.rc-md .rc-pre{margin:0;padding:.7em .8em;\
overflow-x:auto;white-space:pre;overflow-wrap:normal;line-height:1.5}
.rc-md .rc-pre{tab-size:4}
.rc-md .rc-row{display:inline-block;vertical-align:top;padding-inline-start:calc(var(--rc-in,0ch) + 2ch);\
text-indent:calc(-2ch - var(--rc-in,0ch))}
.rc-md.rc-plain .rc-pre{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
.rc-md .rc-note{color:var(--rc-warn)}
.rc-md :is(.rc-table,.rc-formula){margin:.9em 0;overflow-x:auto;overflow-y:hidden}
.rc-md .rc-formula{text-align:center;padding-block:.3em}
.rc-md .rc-display{display:inline-block;vertical-align:middle;max-width:100%;overflow-x:auto;overflow-y:hidden}
.rc-md .rc-formula>.rc-display{max-width:none;overflow:visible}
.rc-md .rc-math{unicode-bidi:isolate}
.rc-md math{font-family:rc-maths,math;font-size:1.08em}
.rc-md table{border-collapse:collapse;overflow-wrap:normal}
.rc-md table[dir="rtl"]{margin-left:auto}
.rc-md :is(th,td){border:1px solid var(--rc-line);padding:.3em .6em;vertical-align:top;text-align:start}
.rc-md .rc-left{text-align:left}
.rc-md .rc-center{text-align:center}
.rc-md .rc-right{text-align:right}
.rc-md .rc-link{color:var(--rc-link);text-decoration:underline;cursor:pointer}
.rc-md .rc-target{color:var(--rc-muted);font-size:.85em;unicode-bidi:isolate}
.rc-md .rc-target::before{content:"("}
.rc-md .rc-target::after{content:")"}
.rc-md :is(.rc-warn,.rc-bidi,.rc-marks){color:var(--rc-warn)}
.rc-md :is(.rc-bidi,.rc-marks){font-family:ui-monospace,monospace;font-size:.8em;unicode-bidi:isolate;\
border:1px dotted currentColor;border-radius:3px;padding-inline:.15em}
.rc-md .rc-image{color:var(--rc-muted);font-style:italic}
.rc-md .rc-picture{display:inline-block;max-width:100%;max-height:80vh;height:auto;vertical-align:middle;\
background:#fff;border-radius:4px;color:#57606a;font-style:italic}
.rc-md .rc-boxed{border:1px solid currentColor;padding:.15em .3em}
.rc-md .rc-cancel{text-decoration:line-through;background:linear-gradient(to top right,\
transparent calc(50% - .5px),currentColor calc(50% - .5px),currentColor calc(50% + .5px),\
transparent calc(50% + .5px))}
.rc-md :is(.rc-pre,.rc-table,.rc-formula,.rc-link):focus-visible\
{outline:2px solid var(--rc-link);outline-offset:2px}
@media (forced-colors:active){.rc-md :is(.rc-c,.rc-k,.rc-t,.rc-f,.rc-s,.rc-m,.rc-a,.rc-o,.rc-i,.rc-d)\
{color:CanvasText}}
"""
