import type { Language } from '../pages/page.ts'

/** A letter as whoever writes it says it; how it looks is the same for all. */
export interface Letter {
  readonly language: Language
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** Where the letter leads, if it leads somewhere. */
  readonly link?: { readonly label: string; readonly url: string } | undefined
  /** Below the link: how long it works, and what to do where the letter was not expected. */
  readonly notes?: readonly string[] | undefined
}

/** The two forms of a letter that are sent as one. */
export interface Rendered {
  readonly text: string
  readonly html: string
}

export function render(letter: Letter): Rendered {
  return { text: textOf(letter), html: htmlOf(letter) }
}

function textOf({ paragraphs, link, notes = [] }: Letter): string {
  const parts = [...paragraphs, ...(link ? [`${link.label}:\n${link.url}`] : []), ...notes]
  return `${parts.join('\n\n')}\n`
}

/** No picture, no script, no link but its own, and no style from elsewhere: nothing tells the sender that it was read. */
function htmlOf({ language, subject, paragraphs, link, notes = [] }: Letter): string {
  const said = paragraphs.map((text) => `<p style="margin:0 0 16px">${escaped(text)}</p>`).join('\n')
  const below = notes
    .map((text) => `<p style="margin:0 0 12px;font-size:14px;color:#5c5f63">${escaped(text)}</p>`)
    .join('\n')
  const led = link
    ? `<p style="margin:24px 0"><a href="${escaped(link.url)}" style="display:inline-block;padding:10px 18px;background:#0b5c56;color:#ffffff;font-weight:600;text-decoration:none;border-radius:6px">${escaped(link.label)}</a></p>
<p style="margin:0 0 16px;font-size:14px;color:#5c5f63;overflow-wrap:anywhere">${escaped(link.url)}</p>`
    : ''
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(subject)}</title></head>
<body style="margin:0;background:#fbfbfa;color:#1b1c1e;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:32rem;margin:0 auto;padding:32px 20px">
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.4">${escaped(subject)}</h1>
${said}
${led}
${below}
</div>
</body>
</html>
`
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
