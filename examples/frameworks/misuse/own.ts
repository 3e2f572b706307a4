import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { createGuard as createFetchGuard } from 'latchkey/guard/fetch'
import { createGuard as createNodeGuard } from 'latchkey/guard/node'
import { type Loose, type Mistakes, ofPolicies, options, thrown } from './misuse.test-support.ts'

const node = createNodeGuard(options)

export default {
  node: {
    ...ofPolicies(createNodeGuard as Loose, new IncomingMessage(new Socket())),
    'what `required` returns, called without `next` or `done`': thrown(() =>
      (node.required() as Loose)(new IncomingMessage(new Socket()), {}),
    ),
    'a listener without a handler': thrown(() => (node.listener as Loose)({})),
    'an `upgrade` without a handler': thrown(() => (node.upgrade as Loose)({})),
  },
  fetch: ofPolicies(createFetchGuard as Loose, new Request('https://api.example.com/')),
} satisfies Mistakes
