import type { Stage } from './stage.ts'

/** As much of a browser as the story needs: cookies, forms of the server, and pages that go on by themselves. */
export interface Browser {
  /** Open a page of the server, and go where it leads, until somebody has to do something. */
  open(path: string): Promise<Page>
  /** Send a form of such a page. */
  submit(path: string, form: Readonly<Record<string, string>>): Promise<Page>
}

export interface Page {
  readonly text: string
  /** Where it ended: an address of an application is not opened. */
  readonly url: URL
}

export function openBrowser({ issuer }: Pick<Stage, 'issuer'>): Browser {
  const cookies = new Map<string, string>()

  async function go(url: URL, init: RequestInit = {}): Promise<Page> {
    if (url.origin !== issuer) return { text: '', url }
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(cookie && { cookie }), 'accept-language': 'en' },
    })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (/Max-Age=0/.test(set)) cookies.delete(name)
      else cookies.set(name, value)
    }
    const text = await response.text()
    const next = response.headers.get('location') ?? response.headers.get('refresh')?.replace(/^0; url=/, '')
    if (next) return go(new URL(next, url))
    if (response.status >= 500) throw new Error(`${url.pathname} was answered with ${response.status}`)
    return { text, url }
  }

  return {
    open: (path) => go(new URL(path, issuer)),
    submit: (path, form) =>
      go(new URL(path, issuer), {
        method: 'POST',
        headers: { origin: issuer },
        body: new URLSearchParams(form),
      }),
  }
}

/** What a field of a form holds that nobody types. */
export function hiddenIn({ text }: Page, name: string): string {
  const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1]
  if (value === undefined) throw new Error(`the page has no field ${name}`)
  return value
}
