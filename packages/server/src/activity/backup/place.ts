/** Where backups are kept: files by their names. */
export interface BackupPlace {
  /** As it is shown, without what opens it. */
  readonly shown: string
  /** Put a file, whole or not at all. One that is locked cannot be changed or removed for a time, where the place can do that. */
  put(name: string, bytes: Uint8Array, more: { readonly isLocked: boolean }): Promise<void>
  /** Undefined if there is no such file. */
  get(name: string): Promise<Uint8Array | undefined>
  /** Nothing happens if there is no such file. */
  remove(name: string): Promise<void>
}
