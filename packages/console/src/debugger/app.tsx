import type { Explanation } from 'latchkey/token/explain/codes'
import type { VerificationKey } from 'latchkey/token/explain/web'
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks'
import type { Language } from '../words/translations.ts'
import { type ChosenKeys, useChosenKeys } from './chosen-keys.ts'
import { type Document, empty, tokenOf } from './document.ts'
import { Editor } from './editor.tsx'
import type { Policy } from './expected.tsx'
import { Findings } from './findings.tsx'
import { hasCrypto } from './platform.ts'
import { Said } from './said.tsx'
import type { ServerKeys } from './server-keys.ts'
import { momentOf } from './times.ts'
import { Verdict } from './verdict.tsx'
import type { PageWords, Words } from './words/words.ts'

/** What is loaded right after the page stands. */
export interface Rest {
  readonly words: Readonly<Record<Language, Promise<Words>>>
  readonly judge: Promise<typeof import('./judge.ts')>
  readonly panels: Promise<typeof import('./panels.tsx')>
  readonly pastedKeys: Promise<typeof import('./pasted-keys.ts')>
  readonly serverKeys: Promise<ServerKeys>
}

interface AppProps {
  readonly pageWords: PageWords
  readonly rest: Rest
  /** What a link brought along. */
  readonly shared: string
}

const noKeys: ServerKeys = { isLoaded: false, keys: [] }

export function App({ pageWords, rest, shared }: AppProps) {
  const [language, setLanguage] = useState(pageWords.language)
  const words = useLoaded(rest.words[language])
  const Panels = useLoaded(rest.panels)?.Panels
  const serverKeys = useLoaded(rest.serverKeys) ?? noKeys
  const [document, setDocument] = useState<Document>(shared === '' ? empty : { kind: 'pasted', text: shared })
  const [expected, setExpected] = useState<Policy>({ issuer: '', audience: '', asOf: '' })
  const nowMs = momentOf(expected.asOf, useClock(tokenOf(document)))
  const chosen = useChosenKeys(rest.pastedKeys, serverKeys, tokenOf(document), nowMs)
  const explanation = useExplanation(rest.judge, document, chosen, { ...expected, nowMs })
  const { screen } = words ?? pageWords

  // With the words, and not a moment later: a screen reader pronounces them by it.
  useLayoutEffect(() => {
    globalThis.document.documentElement.lang = language
    globalThis.document.title = `${screen.title} · Latchkey`
  }, [language, screen])

  return (
    <>
      <Header {...{ screen, language, setLanguage }} />
      <main>
        <h1>{screen.title}</h1>
        <p class="hint">{screen.private}</p>
        {!hasCrypto && <p class="bad">{screen.noCrypto}</p>}
        <Verdict {...{ screen, words, document, explanation, chosen }} />
        <Editor {...{ screen, document, explanation, setDocument }} />
        {words && explanation && <Findings {...{ words, explanation }} />}
        {words && explanation && <Said {...{ words, explanation, nowMs }} />}
        {words && Panels && (
          <Panels
            {...{ words, serverKeys, chosen, explanation }}
            {...{ expected, setExpected, nowMs, document, setDocument }}
          />
        )}
      </main>
    </>
  )
}

interface HeaderProps {
  readonly screen: PageWords['screen']
  readonly language: Language
  readonly setLanguage: (language: Language) => void
}

function Header({ screen, language, setLanguage }: HeaderProps) {
  const other = language === 'en' ? 'zh-Hant' : 'en'
  return (
    <header>
      <span class="brand">
        <span class="mark" aria-hidden="true" />
        Latchkey
      </span>
      <span class="who">
        <a href="/console">{screen.console}</a>
        <button type="button" class="quiet" lang={other} onClick={() => setLanguage(other)}>
          {screen.otherLanguage}
        </button>
      </span>
    </header>
  )
}

/** What a promise gave; while another one is awaited, what the one before gave. */
function useLoaded<Value>(promise: Promise<Value>): Value | undefined {
  const [loaded, setLoaded] = useState<{ readonly value: Value }>()
  useEffect(() => {
    let isCurrent = true
    promise.then((value) => isCurrent && setLoaded({ value }))
    return () => {
      isCurrent = false
    }
  }, [promise])
  return loaded?.value
}

/** The time: each time that the token changes, and every ten seconds, because it may expire while one looks. */
function useClock(token: string): number {
  const [tick, setTick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTick((before) => before + 1), 10_000)
    return () => clearInterval(timer)
  }, [])
  return useMemo(() => Date.now(), [tick, token])
}

const none: readonly VerificationKey[] = []

/** What the engine says of the token that is there now, and of no other. What was edited is no one's, and is tried with no key. */
function useExplanation(
  judging: Rest['judge'],
  document: Document,
  { keys: given, source }: ChosenKeys,
  { issuer, audience, nowMs }: { issuer: string; audience: string; nowMs: number },
): Explanation | undefined {
  const [found, setFound] = useState<{ readonly about: string; readonly explanation: Explanation }>()
  const token = tokenOf(document)
  const about = `${document.kind} ${token}`
  const keys = document.kind === 'edited' ? none : given
  useEffect(() => {
    let isCurrent = true
    if (token.trim() !== '') {
      judging
        .then(({ judge }) =>
          judge(token, { keys, arePreselected: source === 'server', issuer, audience, nowMs }),
        )
        .then((explanation) => isCurrent && setFound({ about, explanation }))
    }
    return () => {
      isCurrent = false
    }
  }, [about, token, keys, source, issuer, audience, nowMs, judging])
  if (token.trim() === '' || found?.about !== about) return undefined
  return document.kind === 'edited' ? withoutSignature(found.explanation) : found.explanation
}

/** Without what is said of a signature: what was edited has none, as the verdict says. */
function withoutSignature(explanation: Explanation): Explanation {
  const findings = explanation.findings.filter(
    ({ code, facts }) =>
      code !== 'signature_not_checked' && (code !== 'part_empty' || facts.part !== 'signature'),
  )
  return { ...explanation, findings }
}
