import type { Reader, Transaction } from '../../database/database.ts'
import { remember } from '../../remember.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import type { SealedRows } from '../../secrets/resealing.ts'
import type { World } from '../../world.ts'
import { hashOfName } from './entry.ts'
import {
  findSealedSubjects,
  findSubject,
  findSubjectsOf,
  holdTree,
  insertSubjects,
  replaceSealedSubject,
  type SubjectRow,
  setForget,
  setTree,
  type TreeRow,
} from './store.ts'

/** The key that commits to what the log says of somebody. */
export interface SubjectKey {
  readonly id: number
  /** 32 bytes; undefined once they were forgotten. */
  readonly secret: Buffer | undefined
}

export interface Subjects {
  /** The keys of these names, made where they are missing. The tree is held, so that nobody else makes or destroys any. */
  ofNames(tx: Transaction, names: ReadonlySet<string>, tree: TreeRow): Promise<SubjectKeys>
  /** The key of a name, if it has one. */
  find(reader: Reader, name: string): Promise<SubjectKey | undefined>
  /**
   * Begin to forget these, in the transaction that deletes them. The rows of the log follow in the background, and when none
   * tells of them any more, their key is destroyed. The ids of the keys.
   */
  forget(tx: Transaction, names: readonly string[]): Promise<readonly number[]>
}

export interface SubjectKeys {
  readonly keys: ReadonlyMap<string, SubjectKey>
  readonly nextId: number
}

/** Unsealing one costs ten times what all else of an event does, so opened ones are kept by their sealed text. */
const mostOpened = 10_000

export function createSubjects(masterKey: MasterKey, world: World): Subjects {
  const opened = new Map<string, Buffer>()
  const known = new Map<string, SubjectKey>()
  let knownAt = 0

  function open({ name_hash: nameHash, secret_sealed: sealed }: SubjectRow): Buffer | undefined {
    if (sealed === null) return undefined
    let secret = opened.get(sealed)
    if (secret === undefined) {
      secret = Buffer.from(masterKey.open(sealed, sealContext(nameHash)), 'base64url')
      remember(opened, sealed, secret, mostOpened)
    }
    return secret
  }

  const subjects: Subjects = {
    async ofNames(tx, names, { next_key: nextId, forgets }) {
      const keys = new Map<string, SubjectKey>()
      const made: SubjectRow[] = []
      if (forgets !== knownAt) known.clear()
      knownAt = forgets
      const asked = new Map<string, string>()
      for (const name of names) {
        const remembered = known.get(name)
        if (remembered) keys.set(name, remembered)
        else asked.set(hashOfName(name), name)
      }
      for (const row of await findSubjectsOf(tx, [...asked.keys()])) {
        const name = asked.get(row.name_hash)!
        const key = { id: row.id, secret: open(row) }
        keys.set(name, key)
        // What this transaction makes is remembered when it is found, since it may be undone.
        remember(known, name, key, mostOpened)
      }
      for (const [nameHash, name] of asked) {
        if (keys.has(name)) continue
        const secret = world.random(32)
        const id = nextId + made.length
        made.push(
          newSubject(
            nameHash,
            id,
            masterKey.seal(secret.toString('base64url'), sealContext(nameHash)),
            world,
          ),
        )
        keys.set(name, { id, secret })
      }
      await insertSubjects(tx, made)
      return { keys, nextId: nextId + made.length }
    },
    async find(reader, name) {
      const row = await findSubject(reader, hashOfName(name))
      return row && { id: row.id, secret: open(row) }
    },
    async forget(tx, names) {
      // Who has no key yet may have events that wait for their place.
      const tree = await holdTree(tx)
      const { keys, nextId } = await subjects.ofNames(tx, new Set(names), tree)
      await setTree(tx, { ...tree, next_key: nextId })
      for (const name of names) await setForget(tx, hashOfName(name), name)
      return [...keys.values()].map(({ id }) => id)
    },
  }
  return subjects
}

function newSubject(nameHash: string, id: number, sealed: string, world: World): SubjectRow {
  return {
    ...{ name_hash: nameHash, id, secret_sealed: sealed },
    ...{ created_at: world.now(), forget: null, forgotten_at: null },
  }
}

export const sealedSubjects: SealedRows = {
  name: 'keys of the log',
  find: findSealedSubjects,
  replace: replaceSealedSubject,
  contextOf: sealContext,
}

function sealContext(nameHash: string): string {
  return `activity subject ${nameHash}`
}
