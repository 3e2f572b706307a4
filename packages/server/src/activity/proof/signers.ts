import { generateKeyPairSync } from 'node:crypto'
import type { Database, Transaction } from '../../database/database.ts'
import { isUniqueViolation } from '../../database/violation.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import type { SealedRows } from '../../secrets/resealing.ts'
import type { World } from '../../world.ts'
import { type NoteSigner, noteSigner, type SignatureType } from './notes.ts'
import {
  findSealedSigners,
  findSigners,
  insertSigners,
  replaceSealedSigner,
  retireSigners,
  type SignerRow,
} from './store.ts'

/** The key that signs the checkpoints of the log, or those of others as their witness. */
export interface Signers {
  /** What signs now. Made when it is first asked for. */
  current(): Promise<NoteSigner>
  /** The verifier keys of all that ever signed, the newest first. */
  vkeys(): Promise<readonly string[]>
  /** Sign with a new key from now on. What the old one has signed still verifies with its verifier key. */
  rotate(tx: Transaction): Promise<{ readonly vkey: string; readonly before: string | undefined }>
}

interface Parts {
  readonly db: Database
  readonly world: World
  readonly masterKey: MasterKey
  /** The name in the signature lines: an address without its scheme. */
  readonly name: string
}

const types: Readonly<Record<SignerRow['purpose'], SignatureType>> = { log: 'note', witness: 'cosignature' }

export function createSigners(purpose: SignerRow['purpose'], { db, world, masterKey, name }: Parts): Signers {
  const read = async () => (await findSigners(db, purpose)).find(({ retired_at }) => retired_at === null)

  function newSigner(): SignerRow {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
    const { vkey } = noteSigner(name, pkcs8, types[purpose]).verifier
    return {
      ...{ vkey, purpose, name, private_sealed: masterKey.seal(pkcs8, sealContext(vkey)) },
      ...{ created_at: world.now(), retired_at: null },
    }
  }

  return {
    async current() {
      let row = await read()
      if (!row) {
        try {
          await db.transaction((tx) => insertSigners(tx, [newSigner()]))
        } catch (error) {
          // Another process made one at the same moment.
          if (!isUniqueViolation(error)) throw error
        }
        row = await read()
      }
      if (!row) throw new Error(`there is no key of the ${purpose}`)
      return noteSigner(row.name, masterKey.open(row.private_sealed, sealContext(row.vkey)), types[purpose])
    },
    vkeys: async () => (await findSigners(db, purpose)).map(({ vkey }) => vkey),
    async rotate(tx) {
      const before = (await findSigners(tx, purpose)).find(({ retired_at }) => retired_at === null)
      const row = newSigner()
      await retireSigners(tx, purpose, world.now())
      await insertSigners(tx, [row])
      return { vkey: row.vkey, before: before?.vkey }
    },
  }
}

export const sealedSigners: SealedRows = {
  name: 'signing keys of the log',
  find: findSealedSigners,
  replace: replaceSealedSigner,
  contextOf: sealContext,
}

function sealContext(vkey: string): string {
  return `log signer ${vkey}`
}
