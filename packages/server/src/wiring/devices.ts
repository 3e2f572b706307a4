import type { ClientInfo } from '../client-info.ts'
import { createConnections } from '../connections/connections.ts'
import { createDevices } from '../devices/devices.ts'
import { createDeviceTokenTest } from '../devices/keys/authenticate.ts'
import { parseUid } from '../devices/uid.ts'
import type { Credentials } from '../http/credentials.ts'
import type { Identity } from '../identity.ts'
import { createBroker } from '../mqtt/broker/broker.ts'
import { keptUserCode } from '../secrets/user-codes.ts'
import { ownBearerOf } from '../tokens/authenticate.ts'
import { authenticateSender } from '../tokens/sender.ts'
import type { Callers } from './callers.ts'
import type { Foundation } from './foundation.ts'

export type WiredDevices = ReturnType<typeof createWiredDevices>

/** Devices, their connections, and who the callers of both edges are. */
export function createWiredDevices(
  { config, ground, tracing, masterKey, regions, ring }: Foundation,
  { tokens, apiKeys, rights, accounts, applications }: Callers,
) {
  const { issuer, audience } = config
  const { revocations, readToken } = tokens
  const connections = createConnections(ground, (authority) =>
    createBroker({
      authority: {
        ...authority,
        authenticate: (request) =>
          tracing
            ? tracing.connect(async () => authority.authenticate(request))
            : authority.authenticate(request),
      },
      world: ground.world,
      onError: (error) => ground.log.error('connection_failed', error),
    }),
  )
  const devices = createDevices(
    { ...ground, rights, revocations },
    {
      ...{ live: connections, people: accounts, audience, issuer },
      approving: {
        ...accounts.forApprovals,
        keptUserCode: (code) => keptUserCode(masterKey, code),
        regionOf: regions.regionOf,
        nameOfApplication: async (reader, id) => (await applications.find(reader, id))?.name,
      },
    },
  )
  const isDeviceToken = createDeviceTokenTest()
  async function authenticateCaller(credentials: Credentials, client: ClientInfo): Promise<Identity> {
    if (credentials.scheme === 'bearer' && isDeviceToken(credentials.token)) {
      return devices.authenticate.identify(credentials.token, client)
    }
    const identity = await authenticateSender(tokens, credentials, client)
    apiKeys.uses.note(identity, client)
    return identity
  }
  const isRevoked = ({ claims, keyId }: Identity) =>
    revocations.list.isRevoked(claims) || (keyId !== undefined && ring.isRevoked(keyId))
  connections.govern({
    ...devices,
    uidOf: parseUid,
    isRevoked,
    async authenticate(token, client) {
      if (isDeviceToken(token)) return devices.authenticate.identify(token, client)
      const identity = ownBearerOf(readToken(token))
      apiKeys.uses.note(identity, client)
      return identity
    },
  })
  return { connections, devices, isDeviceToken, authenticateCaller, isRevoked }
}
