import { createHash, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { contains, type Network } from '../addresses/networks.ts'
import { Refusal } from '../errors.ts'
import { type Call, plain, routesFor } from '../http/route.ts'
import { wholeText } from '../whole-text.ts'
import { contentTypes, type Format } from './exposition.ts'

const bearerForm = wholeText(/Bearer +(\S+)/i)

/** Who may read. */
export interface MetricsAccess {
  readonly networks: readonly Network[]
  readonly tokenFile: string | undefined
  /** Whether the address of a request is that of its client: there is no proxy in front, or the proxies are known. */
  readonly isAddressKnown: boolean
}

interface MetricsGround {
  readonly access: MetricsAccess
  readonly text: (format: Format) => Promise<string>
}

const route = routesFor<MetricsGround>()

export const readMetrics = route({
  id: 'readMetrics',
  method: 'GET',
  path: '/metrics',
  tag: 'operations',
  summary:
    'What this process measures, for Prometheus: text 0.0.4, or OpenMetrics 1.0.0 if the Accept header asks for it. For the networks and the token of the settings; for everybody else there is nothing here.',
  access: 'public',
  answers: { 200: { description: 'The metrics.', type: 'text' } },
  refuses: ['not_found'],
  async handle({ access, text }, call) {
    if (!(await mayRead(access, call))) throw new Refusal('not_found', 'there is nothing here')
    const format: Format = /application\/openmetrics-text/.test(call.header('accept') ?? '')
      ? 'openmetrics'
      : 'text'
    return plain(200, await text(format), contentTypes[format])
  },
})

/** By the address and, where there is one, by the token. An address that may be that of a proxy proves nothing. */
async function mayRead(
  { networks, tokenFile, isAddressKnown }: MetricsAccess,
  { client, header }: Pick<Call, 'client' | 'header'>,
): Promise<boolean> {
  if (!contains(networks, client.address ?? '')) return false
  if (tokenFile === undefined) return isAddressKnown
  const expected = (await readFile(tokenFile, 'utf8')).trim()
  const [, presented = ''] = bearerForm.exec(header('authorization') ?? '') ?? []
  return expected !== '' && timingSafeEqual(digest(presented), digest(expected))
}

const digest = (text: string) => createHash('sha256').update(text).digest()
