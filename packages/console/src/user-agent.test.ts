import assert from 'node:assert/strict'
import { test } from 'node:test'
import { programOf } from './user-agent.ts'

const webkit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const rows: readonly (readonly [
  userAgent: string,
  program: string | undefined,
  system: string | undefined,
])[] = [
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36',
    'Chrome 146',
    'Linux',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/146.0.0.0 Safari/537.36',
    'Chrome 146',
    'Linux',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36 Edg/146.0.0.0',
    'Edge 146',
    'Windows',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
    'Firefox 140',
    'Windows',
  ],
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/26.1 Safari/605.1.15`,
    'Safari 26',
    'macOS',
  ],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${webkit} Version/26.1 Mobile/15E148 Safari/604.1`,
    'Safari 26',
    'iOS',
  ],
  [
    `Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) ${webkit} CriOS/146.0.7680.1 Mobile/15E148 Safari/604.1`,
    'Chrome 146',
    'iPadOS',
  ],
  [
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36',
    'Samsung Internet 29',
    'Android',
  ],
  [
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36 OPR/125.0.0.0',
    'Opera 125',
    'ChromeOS',
  ],
  ['curl/8.14.1', 'curl', undefined],
  ['node', 'node', undefined],
  ['python-requests/2.32.3', 'python-requests', undefined],
  ['', undefined, undefined],
  ['(nobody)', undefined, undefined],
  ['\u202eevil', undefined, undefined],
  [`${'x'.repeat(50)}/1`, 'x'.repeat(40), undefined],
]

for (const [userAgent, program, system] of rows) {
  test(`${program ?? 'nobody'} on ${system ?? 'nothing'} is told by: ${userAgent.slice(0, 60)}`, () =>
    assert.deepEqual(programOf(userAgent), { program, system }))
}
