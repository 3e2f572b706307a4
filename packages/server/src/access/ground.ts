import type { Permission } from '../permissions.ts'
import type { DecideDevice, Holder } from './decide.ts'

/** Ids after one, in their order, so many at most. */
export type ListIds = (after: string, limit: number) => Promise<readonly string[]>

/** What the other parts know and decide, by which questions are answered. */
export interface AccessGround {
  readonly issuer: string
  readonly people: {
    holderOf(id: string): Promise<Holder | undefined>
    /** Those who may have a permission, by their type or a grant. */
    mayHold(permission: Permission, after: string, limit: number): Promise<readonly string[]>
    /** What a user holds or may hold again; whoever changes the account needs all of it. */
    reachOf(id: string): Promise<readonly Permission[] | undefined>
    /** The same of a user type and its users. */
    typeReachOf(name: string): Promise<readonly Permission[] | undefined>
    /** What users are called, of those that there are. */
    namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
    idNamed(username: string): Promise<string | undefined>
    readonly ids: ListIds
    typeNames(): Promise<readonly string[]>
  }
  readonly services: {
    find(
      id: string,
    ): Promise<{ readonly isEnabled: boolean; readonly scopes: readonly Permission[] } | undefined>
    readonly ids: ListIds
  }
  readonly devices: {
    readonly decide: DecideDevice
    has(uid: string): Promise<boolean>
    nameOf(uid: string): Promise<string | undefined>
    readonly uids: ListIds
    /** The subjects that are related to a device. */
    relatedTo(uid: string, after: string, limit: number): Promise<readonly string[]>
    /** The devices that a subject is related to. */
    devicesOf(subject: string, after: string, limit: number): Promise<readonly string[]>
  }
  /** The names of the signing keys. */
  readonly keyIds: () => readonly string[]
}
