import { createHash } from 'node:crypto'
import type { PageAnswer } from '../http/route.ts'
import { wholeText } from '../whole-text.ts'

const chineseTag = wholeText(/zh(-(hant|tw|hk|mo)(-.*)?)?/)

/** Text that is HTML already. Only `html` makes one, and it escapes whatever is put into it. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** A template whose values are escaped, unless they are HTML themselves. */
export function html(
  parts: TemplateStringsArray,
  ...values: (string | number | Html | readonly Html[])[]
): Html {
  return new Html(parts.reduce((text, part, index) => text + shown(values[index - 1] ?? '') + part))
}

function shown(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text
  if (Array.isArray(value)) return value.map((item: Html) => item.text).join('')
  return String(value).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

export type Language = 'en' | 'zh-Hant'

/** The language of a page, by what the browser prefers (RFC 9110 section 12.5.4); English for everything unknown. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((item) => {
      const [tag = '', ...parameters] = item.trim().split(';')
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='))
      return {
        tag: tag.toLowerCase(),
        quality: quality === undefined ? 1 : Number(quality.trim().slice(2)) || 0,
      }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
    .find(({ tag }) => tag.startsWith('en') || chineseTag.test(tag))
  return wanted?.tag.startsWith('zh') ? 'zh-Hant' : 'en'
}

/** Quiet, one accent, hairlines; light or dark as the reader's system is. */
const style = `
:root{color-scheme:light dark;--paper:light-dark(#fbfbfa,#111214);--ink:light-dark(#1b1c1e,#e9eaec);
--faint:light-dark(#5c5f63,#a3a7ad);--line:light-dark(#d9dadc,#33363b);--accent:light-dark(#0b5c56,#5fd0c5);
--on-accent:light-dark(#ffffff,#0b1f1d);--bad:light-dark(#a3261b,#ff9a8f)}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:0 auto;padding:3rem 1.25rem}
main.wide{max-width:56rem}
h1{font-size:1.4rem;line-height:1.4;font-weight:650;margin:0 0 1rem}
h2{font-size:1rem;margin:2rem 0 .25rem}
p{margin:.5rem 0 1rem;overflow-wrap:anywhere}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input,select{width:100%;padding:.55rem .65rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--faint);border-radius:6px}
input[type=checkbox]{width:auto;margin:0 .5rem 0 0}
label.check{font-weight:400}
.qr{display:block;width:12rem;height:12rem;margin:1rem 0}
button,a.button{margin-top:1.25rem;padding:.6rem 1.1rem;font:inherit;font-weight:600;color:var(--on-accent);background:var(--accent);border:0;border-radius:6px;cursor:pointer}
button+button{margin-left:.5rem}
button.other{color:var(--accent);background:transparent;box-shadow:inset 0 0 0 1px var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
a{color:var(--accent)}
a.button{display:block;margin:0;text-align:center;text-decoration:none;color:var(--ink);background:transparent;border:1px solid var(--faint)}
.ways{margin:1.5rem 0;padding-top:.75rem;border-top:1px solid var(--line)}
.ways p{margin:.75rem 0}
.hint{color:var(--faint);font-size:.9rem}
.bad{color:var(--bad);border-left:3px solid var(--bad);padding-left:.75rem}
code,pre{font-family:ui-monospace,monospace;font-size:.9rem}
pre{overflow-x:auto;padding:.75rem;border:1px solid var(--line);border-radius:6px}
table{width:100%;border-collapse:collapse;table-layout:fixed}
td,th{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
td:first-child{width:40%}
details{border-top:1px solid var(--line);padding:.4rem 0}
summary{cursor:pointer;overflow-wrap:anywhere}
h3{font-size:.9rem;margin:1rem 0 .25rem}
@media (max-width:40rem){td,td:first-child{display:block;width:auto;padding-right:0}td+td{padding-top:0;border-top:0}}
`
const styleHash = createHash('sha256').update(style).digest('base64')

/** What is wrong with what was sent, above the form that is shown again. */
export function wrongLine(problem: string | undefined): Html {
  return problem === undefined ? html`` : html`<p class="bad" role="alert">${problem}</p>`
}

/** Lead a browser there by GET, whatever brought it here (RFC 9700 section 4.12). Nobody keeps where it was led. */
export function ledTo(location: string): PageAnswer<303> {
  return { kind: 'page', status: 303, html: '', headers: { location, 'cache-control': 'no-store' } }
}

/** A page that works without script: none is allowed on it, nor anything from elsewhere but frames of the origins that are named. */
export function page<const Status extends number>(
  status: Status,
  { title, language, wide = false }: { title: string; language: Language; wide?: boolean },
  content: Html,
  {
    frames = [],
    ...more
  }: Pick<PageAnswer, 'headers' | 'cookies' | 'refusal'> & { readonly frames?: readonly string[] } = {},
): PageAnswer<Status> {
  const document = html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title} · Latchkey</title><style>${new Html(style)}</style></head>
<body><main${new Html(wide ? ' class="wide"' : '')}>${content}</main></body>
</html>
`
  const framed = frames.length === 0 ? '' : ` frame-src ${frames.join(' ')};`
  const again = more.refusal?.retryAfterSeconds
  const policy = `default-src 'none';${framed} style-src 'sha256-${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`
  return {
    kind: 'page',
    status,
    html: document.text,
    ...more,
    headers: {
      'content-security-policy': policy,
      vary: 'Accept-Language',
      // RFC 9110 section 10.2.3, as the same refusal has it in JSON.
      ...(again !== undefined && { 'retry-after': String(again) }),
      ...more.headers,
    },
  }
}
