import { sealedAuthenticators } from '../../accounts/factors/authenticators.ts'
import { sealedRecoveries } from '../../accounts/recovery/recovery.ts'
import { sealedRegistrations } from '../../accounts/registration/request.ts'
import { sealedSigners } from '../../activity/proof/signers.ts'
import { sealedSubjects } from '../../activity/proof/subjects.ts'
import { sealedKeys } from '../../keys/key-ring.ts'
import { sealedLetters } from '../../mail/outbox.ts'
import { addMasterKey, dropMasterKeysBefore } from '../../secrets/master-key.ts'
import { resealAll, type SealedRows } from '../../secrets/resealing.ts'
import { sealedServiceKeys } from '../../services/own-keys/own-keys.ts'
import { sealedSharedKeys } from '../../services/shared-keys/shared-keys.ts'
import { sealedStreamAuthorizations } from '../../shared-signals/sealed.ts'
import { sealedProviders } from '../../upstream/providers/providers.ts'
import { sealedWebhookSecrets } from '../../webhooks/secrets/secrets.ts'
import type { Given } from '../given.ts'
import { withApp } from '../open.ts'
import { createOutput } from '../output.ts'

/** Every kind of row that the master key seals. */
export const everySealed: readonly SealedRows[] = [
  sealedKeys,
  sealedSharedKeys,
  sealedServiceKeys,
  sealedAuthenticators,
  sealedLetters,
  sealedRegistrations,
  sealedRecoveries,
  sealedProviders,
  sealedSubjects,
  sealedSigners,
  sealedWebhookSecrets,
  sealedStreamAuthorizations,
]

export async function run({ json }: Given): Promise<void> {
  await withApp(async ({ config, db, world, masterKey }) => {
    const isInFile = config.masterKey === undefined
    const isNew = isInFile && addMasterKey(config.data, world)
    masterKey.reload()
    // Other processes read the file before they meet what the new key has sealed.
    await db.transaction(async (tx) => tx.announce())
    const counts = await resealAll(db, masterKey, everySealed)
    const sealed = Object.values(counts).reduce((sum, count) => sum + count, 0)
    const isFinished = isInFile && !isNew && sealed === 0 && dropMasterKeysBefore(config.data, world)
    const lines = Object.entries(counts).map(([name, count]) => `  ${name}: ${count}`)
    const text = [`Sealed anew with the new master key: ${sealed}`, ...lines, next(isInFile, isFinished)]
    createOutput(json).result(text.join('\n'), { sealed: counts, finished: isFinished })
  })
}

function next(isInFile: boolean, isFinished: boolean): string {
  if (!isInFile) {
    return 'When every process runs with the new LATCHKEY_MASTER_KEY and this says 0, take the old one out of LATCHKEY_MASTER_KEYS_BEFORE.'
  }
  return isFinished
    ? 'The keys of before are taken out of the file. Keep a copy of them with backups that were made before today.'
    : 'Run it again in two minutes or later: what was sealed with the key of before meanwhile is sealed anew, and that key is taken out of the file.'
}
