/** The claim `status` of a token (draft-ietf-oauth-status-list-21, section 6.2). */
export interface StatusClaim {
  readonly status_list: { readonly idx: number; readonly uri: string }
}
