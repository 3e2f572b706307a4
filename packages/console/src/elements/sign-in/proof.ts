/** What a second step is done with. */
export type Proof =
  | { readonly code: string; readonly remember?: boolean }
  | { readonly credential: object; readonly remember?: boolean }
  | { readonly newCredential: object }
