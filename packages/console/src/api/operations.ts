// Written by `npm run docs` from the server's OpenAPI document; a change made by hand is lost.

/** What each operation of the server takes, and what it answers when it succeeds. */
export interface Operations {
  /** Where decisions are asked for (Authorization API 1.0, section 9). */
  'GET /.well-known/authzen-configuration': {
    readonly answer: {
      readonly policy_decision_point: string
      readonly access_evaluation_endpoint: string
      readonly access_evaluations_endpoint: string
      readonly search_subject_endpoint: string
      readonly search_resource_endpoint: string
      readonly search_action_endpoint: string
    }
  }
  /** The key set by which anyone verifies our tokens (RFC 7517). */
  'GET /.well-known/jwks.json': {
    readonly answer: {
      readonly keys: readonly { readonly [name: string]: unknown }[]
    }
  }
  /** The key set of a service that has keys of its own (RFC 7517): its id or its name, and `.json` behind it. They are in no other set. */
  'GET /.well-known/jwks/{service}': {
    readonly path: {
      readonly service: string
    }
    readonly answer: {
      readonly keys: readonly { readonly [name: string]: unknown }[]
    }
  }
  /** Where everything is (RFC 8414). */
  'GET /.well-known/oauth-authorization-server': {
    readonly answer: {
      readonly issuer: string
      readonly authorization_endpoint: string
      readonly token_endpoint: string
      readonly pushed_authorization_request_endpoint: string
      readonly introspection_endpoint: string
      readonly revocation_endpoint: string
      readonly device_authorization_endpoint: string
      readonly userinfo_endpoint: string
      readonly end_session_endpoint: string
      readonly jwks_uri: string
      readonly registration_endpoint?: string
      readonly client_id_metadata_document_supported?: true
      readonly scopes_supported: readonly string[]
      readonly response_types_supported: readonly string[]
      readonly response_modes_supported: readonly string[]
      readonly grant_types_supported: readonly string[]
      readonly subject_types_supported: readonly string[]
      readonly id_token_signing_alg_values_supported: readonly string[]
      readonly token_endpoint_auth_methods_supported: readonly string[]
      readonly token_endpoint_auth_signing_alg_values_supported: readonly string[]
      readonly introspection_endpoint_auth_methods_supported: readonly string[]
      readonly revocation_endpoint_auth_methods_supported: readonly string[]
      readonly code_challenge_methods_supported: readonly string[]
      readonly dpop_signing_alg_values_supported: readonly string[]
      readonly prompt_values_supported: readonly string[]
      readonly acr_values_supported: readonly string[]
      readonly authorization_details_types_supported: readonly string[]
      readonly claims_supported: readonly string[]
      readonly ui_locales_supported: readonly string[]
      readonly claims_parameter_supported: true
      readonly request_parameter_supported: false
      readonly request_uri_parameter_supported: false
      readonly authorization_response_iss_parameter_supported: true
      readonly backchannel_logout_supported: true
      readonly backchannel_logout_session_supported: true
      readonly frontchannel_logout_supported: true
      readonly frontchannel_logout_session_supported: true
      readonly latchkey_revocations_uri: string
    }
  }
  /** The same metadata, where clients of OpenID Connect look for it. */
  'GET /.well-known/openid-configuration': {
    readonly answer: {
      readonly issuer: string
      readonly authorization_endpoint: string
      readonly token_endpoint: string
      readonly pushed_authorization_request_endpoint: string
      readonly introspection_endpoint: string
      readonly revocation_endpoint: string
      readonly device_authorization_endpoint: string
      readonly userinfo_endpoint: string
      readonly end_session_endpoint: string
      readonly jwks_uri: string
      readonly registration_endpoint?: string
      readonly client_id_metadata_document_supported?: true
      readonly scopes_supported: readonly string[]
      readonly response_types_supported: readonly string[]
      readonly response_modes_supported: readonly string[]
      readonly grant_types_supported: readonly string[]
      readonly subject_types_supported: readonly string[]
      readonly id_token_signing_alg_values_supported: readonly string[]
      readonly token_endpoint_auth_methods_supported: readonly string[]
      readonly token_endpoint_auth_signing_alg_values_supported: readonly string[]
      readonly introspection_endpoint_auth_methods_supported: readonly string[]
      readonly revocation_endpoint_auth_methods_supported: readonly string[]
      readonly code_challenge_methods_supported: readonly string[]
      readonly dpop_signing_alg_values_supported: readonly string[]
      readonly prompt_values_supported: readonly string[]
      readonly acr_values_supported: readonly string[]
      readonly authorization_details_types_supported: readonly string[]
      readonly claims_supported: readonly string[]
      readonly ui_locales_supported: readonly string[]
      readonly claims_parameter_supported: true
      readonly request_parameter_supported: false
      readonly request_uri_parameter_supported: false
      readonly authorization_response_iss_parameter_supported: true
      readonly backchannel_logout_supported: true
      readonly backchannel_logout_session_supported: true
      readonly frontchannel_logout_supported: true
      readonly frontchannel_logout_session_supported: true
      readonly latchkey_revocations_uri: string
    }
  }
  /** Where receivers of shared signals find everything (SSF 1.0 section 7.1). */
  'GET /.well-known/ssf-configuration': {
    readonly answer: {
      readonly spec_version: string
      readonly issuer: string
      readonly jwks_uri: string
      readonly delivery_methods_supported: readonly string[]
      readonly configuration_endpoint: string
      readonly status_endpoint: string
      readonly add_subject_endpoint: string
      readonly remove_subject_endpoint: string
      readonly verification_endpoint: string
      readonly authorization_schemes: readonly {
        readonly spec_urn: string
      }[]
      readonly default_subjects: string
    }
  }
  /** The origins whose pages may ask for passkeys of this server (WebAuthn Level 3, section 5.11), where they are not all of the host of the issuer. */
  'GET /.well-known/webauthn': {
    readonly answer: {
      readonly origins: readonly string[]
    }
  }
  /** The older form of the nonce exchange: `jwt` or `authToken` is the assertion, in which times may be ISO 8601 text and `exp` is the end of the session. `session` is an access token of this server; `platform` and `pushToken` are not looked at. */
  'POST /1/auth/login': {
    readonly body: {
      readonly jwt?: string
      readonly authToken?: string
      readonly deviceId: string
      readonly platform?: string
      readonly pushToken?: string
    }
    readonly answer: {
      readonly session: string
      readonly userId: string
      readonly deviceId: string
      readonly refresh_token: string
      readonly expires_in: number
    }
  }
  /** The older form of `/oauth/nonce`: the id of the app in the header `x-diuit-application-id`. */
  'GET /1/auth/nonce': {
    readonly answer: {
      readonly nonce: string
    }
  }
  /** Whether a subject may do something with a resource (Authorization API 1.0, section 6). */
  'POST /access/v1/evaluation': {
    readonly body: {
      readonly subject: {
        readonly type: string
        readonly id: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly action: {
        readonly name: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly resource: {
        readonly type: string
        readonly id: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly context?: { readonly [name: string]: unknown }
    }
    readonly answer: {
      readonly decision: boolean
      readonly context: {
        readonly reason: 'allowed' | 'account_disabled' | 'permission_missing' | 'permission_denied' | 'authority_missing' | 'not_related' | 'not_allowed_by_relation'
        readonly permission: string | null
        readonly relation: string | null
        readonly rule: {
          readonly kind: 'user_type'
          readonly user_type: string
        } | {
          readonly kind: 'service'
        } | {
          readonly kind: 'grant' | 'denial'
          readonly id: string
          readonly reason: string
          readonly until: string | null
        } | null
      } | {
        readonly reason: 'subject_unknown' | 'resource_unknown' | 'action_unknown'
      } | {
        readonly error: {
          readonly status: 400
          readonly message: string
        }
      }
    }
  }
  /** Several decisions at once (Authorization API 1.0, section 7). */
  'POST /access/v1/evaluations': {
    readonly body: {
      readonly subject?: {
        readonly type: string
        readonly id: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly action?: {
        readonly name: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly resource?: {
        readonly type: string
        readonly id: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly context?: { readonly [name: string]: unknown }
      readonly evaluations?: readonly { readonly [name: string]: unknown }[]
      readonly options?: {
        readonly evaluations_semantic?: 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit'
      }
    }
    readonly answer: {
      readonly evaluations: readonly {
        readonly decision: boolean
        readonly context: {
          readonly reason: 'allowed' | 'account_disabled' | 'permission_missing' | 'permission_denied' | 'authority_missing' | 'not_related' | 'not_allowed_by_relation'
          readonly permission: string | null
          readonly relation: string | null
          readonly rule: {
            readonly kind: 'user_type'
            readonly user_type: string
          } | {
            readonly kind: 'service'
          } | {
            readonly kind: 'grant' | 'denial'
            readonly id: string
            readonly reason: string
            readonly until: string | null
          } | null
        } | {
          readonly reason: 'subject_unknown' | 'resource_unknown' | 'action_unknown'
        } | {
          readonly error: {
            readonly status: 400
            readonly message: string
          }
        }
      }[]
    } | {
      readonly decision: boolean
      readonly context: {
        readonly reason: 'allowed' | 'account_disabled' | 'permission_missing' | 'permission_denied' | 'authority_missing' | 'not_related' | 'not_allowed_by_relation'
        readonly permission: string | null
        readonly relation: string | null
        readonly rule: {
          readonly kind: 'user_type'
          readonly user_type: string
        } | {
          readonly kind: 'service'
        } | {
          readonly kind: 'grant' | 'denial'
          readonly id: string
          readonly reason: string
          readonly until: string | null
        } | null
      } | {
        readonly reason: 'subject_unknown' | 'resource_unknown' | 'action_unknown'
      } | {
        readonly error: {
          readonly status: 400
          readonly message: string
        }
      }
    }
  }
  /** What a subject may do with a resource (Authorization API 1.0, section 8.6). */
  'POST /access/v1/search/action': {
    readonly body: {
      readonly subject: {
        readonly type: string
        readonly id: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly resource: {
        readonly type: string
        readonly id: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly context?: { readonly [name: string]: unknown }
      readonly page?: {
        readonly token?: string
        readonly limit?: number
        readonly properties?: { readonly [name: string]: unknown }
      }
    }
    readonly answer: {
      readonly page: {
        readonly next_token: string
        readonly count: number
      }
      readonly results: readonly {
        readonly name: string
      }[]
    }
  }
  /** The resources with which a subject may do something (Authorization API 1.0, section 8.5). */
  'POST /access/v1/search/resource': {
    readonly body: {
      readonly subject: {
        readonly type: string
        readonly id: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly action: {
        readonly name: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly resource: {
        readonly type: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly context?: { readonly [name: string]: unknown }
      readonly page?: {
        readonly token?: string
        readonly limit?: number
        readonly properties?: { readonly [name: string]: unknown }
      }
    }
    readonly answer: {
      readonly page: {
        readonly next_token: string
        readonly count: number
      }
      readonly results: readonly {
        readonly type: string
        readonly id: string
      }[]
    }
  }
  /** The subjects that may do something with a resource (Authorization API 1.0, section 8.4). */
  'POST /access/v1/search/subject': {
    readonly body: {
      readonly subject: {
        readonly type: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly action: {
        readonly name: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly resource: {
        readonly type: string
        readonly id: string
        readonly properties?: { readonly [name: string]: unknown }
      }
      readonly context?: { readonly [name: string]: unknown }
      readonly page?: {
        readonly token?: string
        readonly limit?: number
        readonly properties?: { readonly [name: string]: unknown }
      }
    }
    readonly answer: {
      readonly page: {
        readonly next_token: string
        readonly count: number
      }
      readonly results: readonly {
        readonly type: string
        readonly id: string
      }[]
    }
  }
  /** This interface as a page to read. */
  'GET /docs': {
    readonly answer: unknown
  }
  /** Whether the process answers. */
  'GET /healthz': {
    readonly answer: {
      readonly status: 'ok'
    }
  }
  /** What this process measures, for Prometheus: text 0.0.4, or OpenMetrics 1.0.0 if the Accept header asks for it. For the networks and the token of the settings; for everybody else there is nothing here. */
  'GET /metrics': {
    readonly answer: unknown
  }
  /** Register an application that describes itself (RFC 7591), if the operator has turned that on. The answer says what it has been given, which may be less than it asked for. */
  'POST /oauth/register': {
    readonly body: {
      readonly client_id?: string
      readonly client_secret?: unknown
      readonly redirect_uris?: readonly string[]
      readonly post_logout_redirect_uris?: readonly string[]
      readonly backchannel_logout_uri?: string
      readonly backchannel_logout_session_required?: boolean
      readonly frontchannel_logout_uri?: string
      readonly frontchannel_logout_session_required?: boolean
      readonly token_endpoint_auth_method?: string
      readonly application_type?: string
      readonly grant_types?: readonly string[]
      readonly response_types?: readonly string[]
      readonly client_name?: string
      readonly client_uri?: string
      readonly policy_uri?: string
      readonly scope?: string
      readonly jwks?: { readonly [name: string]: unknown }
      readonly jwks_uri?: string
      readonly subject_type?: string
      readonly require_pushed_authorization_requests?: boolean
      readonly dpop_bound_access_tokens?: boolean
    }
    readonly answer: {
      readonly client_id: string
      readonly client_id_issued_at: number
      readonly client_secret?: string
      readonly client_secret_expires_at?: number
      readonly registration_access_token?: string
      readonly registration_client_uri: string
      readonly client_name: string
      readonly application_type: 'web' | 'native'
      readonly redirect_uris: readonly string[]
      readonly post_logout_redirect_uris: readonly string[]
      readonly backchannel_logout_uri?: string
      readonly backchannel_logout_session_required?: boolean
      readonly frontchannel_logout_uri?: string
      readonly frontchannel_logout_session_required?: boolean
      readonly token_endpoint_auth_method: string
      readonly grant_types: readonly string[]
      readonly response_types: readonly string[]
      readonly scope: string
      readonly subject_type: string
      readonly jwks?: { readonly [name: string]: unknown }
      readonly jwks_uri?: string
      readonly client_uri?: string
      readonly policy_uri?: string
      readonly require_pushed_authorization_requests: boolean
      readonly dpop_bound_access_tokens: boolean
    }
  }
  /** Remove a registration (RFC 7592), and everything that came of it. */
  'DELETE /oauth/register/{client_id}': {
    readonly path: {
      readonly client_id: string
    }
    readonly answer: undefined
  }
  /** See a registration (RFC 7592), by its registration access token. */
  'GET /oauth/register/{client_id}': {
    readonly path: {
      readonly client_id: string
    }
    readonly answer: {
      readonly client_id: string
      readonly client_id_issued_at: number
      readonly client_secret?: string
      readonly client_secret_expires_at?: number
      readonly registration_access_token?: string
      readonly registration_client_uri: string
      readonly client_name: string
      readonly application_type: 'web' | 'native'
      readonly redirect_uris: readonly string[]
      readonly post_logout_redirect_uris: readonly string[]
      readonly backchannel_logout_uri?: string
      readonly backchannel_logout_session_required?: boolean
      readonly frontchannel_logout_uri?: string
      readonly frontchannel_logout_session_required?: boolean
      readonly token_endpoint_auth_method: string
      readonly grant_types: readonly string[]
      readonly response_types: readonly string[]
      readonly scope: string
      readonly subject_type: string
      readonly jwks?: { readonly [name: string]: unknown }
      readonly jwks_uri?: string
      readonly client_uri?: string
      readonly policy_uri?: string
      readonly require_pushed_authorization_requests: boolean
      readonly dpop_bound_access_tokens: boolean
    }
  }
  /** Change a registration (RFC 7592): what is not sent any more is as if it had never been. */
  'PUT /oauth/register/{client_id}': {
    readonly path: {
      readonly client_id: string
    }
    readonly body: {
      readonly client_id?: string
      readonly client_secret?: unknown
      readonly redirect_uris?: readonly string[]
      readonly post_logout_redirect_uris?: readonly string[]
      readonly backchannel_logout_uri?: string
      readonly backchannel_logout_session_required?: boolean
      readonly frontchannel_logout_uri?: string
      readonly frontchannel_logout_session_required?: boolean
      readonly token_endpoint_auth_method?: string
      readonly application_type?: string
      readonly grant_types?: readonly string[]
      readonly response_types?: readonly string[]
      readonly client_name?: string
      readonly client_uri?: string
      readonly policy_uri?: string
      readonly scope?: string
      readonly jwks?: { readonly [name: string]: unknown }
      readonly jwks_uri?: string
      readonly subject_type?: string
      readonly require_pushed_authorization_requests?: boolean
      readonly dpop_bound_access_tokens?: boolean
    }
    readonly answer: {
      readonly client_id: string
      readonly client_id_issued_at: number
      readonly client_secret?: string
      readonly client_secret_expires_at?: number
      readonly registration_access_token?: string
      readonly registration_client_uri: string
      readonly client_name: string
      readonly application_type: 'web' | 'native'
      readonly redirect_uris: readonly string[]
      readonly post_logout_redirect_uris: readonly string[]
      readonly backchannel_logout_uri?: string
      readonly backchannel_logout_session_required?: boolean
      readonly frontchannel_logout_uri?: string
      readonly frontchannel_logout_session_required?: boolean
      readonly token_endpoint_auth_method: string
      readonly grant_types: readonly string[]
      readonly response_types: readonly string[]
      readonly scope: string
      readonly subject_type: string
      readonly jwks?: { readonly [name: string]: unknown }
      readonly jwks_uri?: string
      readonly client_uri?: string
      readonly policy_uri?: string
      readonly require_pushed_authorization_requests: boolean
      readonly dpop_bound_access_tokens: boolean
    }
  }
  /** A token status list (draft-ietf-oauth-status-list-21), as `application/statuslist+jwt`: which tokens for a service are revoked. Its address stands in the claim `status` of those tokens. */
  'GET /oauth/status-lists/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: unknown
  }
  /** Who the person is that an application acts for (OpenID Connect Core section 5.3). */
  'GET /oauth/userinfo': {
    readonly answer: {
      readonly sub: string
      readonly name?: string
      readonly preferred_username?: string
      readonly email?: string
      readonly email_verified?: boolean
    }
  }
  /** This interface as OpenAPI 3.1. */
  'GET /openapi.json': {
    readonly answer: { readonly [name: string]: unknown }
  }
  /** Whether the database answers, and takes what is to be stored. */
  'GET /readyz': {
    readonly answer: {
      readonly status: 'ok'
    }
  }
  /** What an event of the log looks like, as JSON Schema (2020-12), with one example of each event. What is at this path only ever gets additions. */
  'GET /schemas/activity/v1.json': {
    readonly answer: { readonly [name: string]: unknown }
  }
  /** Fetch the security event tokens that wait, and say which have come (RFC 8936). It is answered at once, also with nothing. */
  'POST /ssf/poll/{stream}': {
    readonly path: {
      readonly stream: string
    }
    readonly body: {
      readonly maxEvents?: number
      readonly returnImmediately?: boolean
      readonly ack?: readonly string[]
      readonly setErrs?: { readonly [name: string]: {
        readonly err: string
        readonly description?: string
      } }
    }
    readonly answer: {
      readonly sets: { readonly [name: string]: string }
      readonly moreAvailable: boolean
    }
  }
  /** Whether a stream is enabled, paused or disabled (SSF 1.0 section 8.1.2.1). */
  'GET /ssf/status': {
    readonly query: {
      readonly stream_id: string
    }
    readonly answer: {
      readonly stream_id: string
      readonly status: 'enabled' | 'paused' | 'disabled'
      readonly reason?: string
    }
  }
  /** Enable, pause or disable a stream (SSF 1.0 section 8.1.2.2). What happens while it is paused waits; what happens while it is disabled is not kept. */
  'POST /ssf/status': {
    readonly body: {
      readonly stream_id: string
      readonly status: 'enabled' | 'paused' | 'disabled'
      readonly reason?: string
    }
    readonly answer: {
      readonly stream_id: string
      readonly status: 'enabled' | 'paused' | 'disabled'
      readonly reason?: string
    }
  }
  /** Remove a stream with what waits for it (SSF 1.0 section 8.1.1.5). */
  'DELETE /ssf/streams': {
    readonly query: {
      readonly stream_id: string
    }
    readonly answer: undefined
  }
  /** See the stream that is named, or all of the application (SSF 1.0 section 8.1.1.2). */
  'GET /ssf/streams': {
    readonly query?: {
      readonly stream_id?: string | undefined
    }
    readonly answer: {
      readonly stream_id: string
      readonly iss: string
      readonly aud: string
      readonly events_supported: readonly string[]
      readonly events_requested: readonly string[]
      readonly events_delivered: readonly string[]
      readonly delivery: {
        readonly method: 'urn:ietf:rfc:8935' | 'urn:ietf:rfc:8936'
        readonly endpoint_url: string
      }
      readonly min_verification_interval: number
      readonly description?: string
    } | readonly {
      readonly stream_id: string
      readonly iss: string
      readonly aud: string
      readonly events_supported: readonly string[]
      readonly events_requested: readonly string[]
      readonly events_delivered: readonly string[]
      readonly delivery: {
        readonly method: 'urn:ietf:rfc:8935' | 'urn:ietf:rfc:8936'
        readonly endpoint_url: string
      }
      readonly min_verification_interval: number
      readonly description?: string
    }[]
  }
  /** Change what is given of a stream (SSF 1.0 section 8.1.1.3). */
  'PATCH /ssf/streams': {
    readonly body: {
      readonly stream_id: string
      readonly events_requested?: readonly string[]
      readonly description?: string
      readonly delivery?: {
        readonly method: string
        readonly endpoint_url?: string
        readonly authorization_header?: string
      }
      readonly iss?: string
      readonly aud?: string | readonly string[]
      readonly events_supported?: readonly string[]
      readonly events_delivered?: readonly string[]
      readonly min_verification_interval?: number
    }
    readonly answer: {
      readonly stream_id: string
      readonly iss: string
      readonly aud: string
      readonly events_supported: readonly string[]
      readonly events_requested: readonly string[]
      readonly events_delivered: readonly string[]
      readonly delivery: {
        readonly method: 'urn:ietf:rfc:8935' | 'urn:ietf:rfc:8936'
        readonly endpoint_url: string
      }
      readonly min_verification_interval: number
      readonly description?: string
    }
  }
  /** Make a stream of shared signals (SSF 1.0 section 8.1.1.1): pushed to an address, or polled where nothing is said. */
  'POST /ssf/streams': {
    readonly body: {
      readonly events_requested?: readonly string[]
      readonly description?: string
      readonly delivery?: {
        readonly method: string
        readonly endpoint_url?: string
        readonly authorization_header?: string
      }
    }
    readonly answer: {
      readonly stream_id: string
      readonly iss: string
      readonly aud: string
      readonly events_supported: readonly string[]
      readonly events_requested: readonly string[]
      readonly events_delivered: readonly string[]
      readonly delivery: {
        readonly method: 'urn:ietf:rfc:8935' | 'urn:ietf:rfc:8936'
        readonly endpoint_url: string
      }
      readonly min_verification_interval: number
      readonly description?: string
    }
  }
  /** Replace a stream (SSF 1.0 section 8.1.1.4): what is not given is as in a new one. */
  'PUT /ssf/streams': {
    readonly body: {
      readonly stream_id: string
      readonly events_requested?: readonly string[]
      readonly description?: string
      readonly delivery?: {
        readonly method: string
        readonly endpoint_url?: string
        readonly authorization_header?: string
      }
      readonly iss?: string
      readonly aud?: string | readonly string[]
      readonly events_supported?: readonly string[]
      readonly events_delivered?: readonly string[]
      readonly min_verification_interval?: number
    }
    readonly answer: {
      readonly stream_id: string
      readonly iss: string
      readonly aud: string
      readonly events_supported: readonly string[]
      readonly events_requested: readonly string[]
      readonly events_delivered: readonly string[]
      readonly delivery: {
        readonly method: 'urn:ietf:rfc:8935' | 'urn:ietf:rfc:8936'
        readonly endpoint_url: string
      }
      readonly min_verification_interval: number
      readonly description?: string
    }
  }
  /** Take a person into a stream again that was left out (SSF 1.0 section 8.1.3.2). */
  'POST /ssf/subjects/add': {
    readonly body: {
      readonly stream_id: string
      readonly subject: {
        readonly format: string
        readonly iss?: string
        readonly sub?: string
      }
      readonly verified?: boolean
    }
    readonly answer: { readonly [name: string]: never }
  }
  /** Leave a person out of a stream (SSF 1.0 section 8.1.3.3). */
  'POST /ssf/subjects/remove': {
    readonly body: {
      readonly stream_id: string
      readonly subject: {
        readonly format: string
        readonly iss?: string
        readonly sub?: string
      }
    }
    readonly answer: undefined
  }
  /** Have an event sent that shows that a stream works (SSF 1.0 section 8.1.4.2). */
  'POST /ssf/verify': {
    readonly body: {
      readonly stream_id: string
      readonly state?: string
    }
    readonly answer: undefined
  }
  /** The newest checkpoint of the activity log, a signed note (C2SP tlog-checkpoint). */
  'GET /tlog/checkpoint': {
    readonly answer: unknown
  }
  /** The checkpoint of another log that this server has signed last, as its witness. */
  'GET /tlog/witnessed': {
    readonly query: {
      readonly origin: string
    }
    readonly answer: unknown
  }
  /** Search the log: from `from` on and before `to`, by one or several values of each field between commas, by text and by a member of the details (`detail=name:value`). Newest first, or with `order=oldest` in the order of commits, where what is committed later stands behind every event that was given before. A page may be empty and have a `next`. */
  'GET /v1/activity': {
    readonly query?: {
      readonly event?: string | undefined
      readonly outcome?: string | undefined
      readonly reason?: string | undefined
      readonly subject?: string | undefined
      readonly target?: string | undefined
      readonly address?: string | undefined
      readonly region?: string | undefined
      readonly client_id?: string | undefined
      readonly session_id?: string | undefined
      readonly request_id?: string | undefined
      readonly detail?: string | undefined
      readonly text?: string | undefined
      readonly from?: string | undefined
      readonly to?: string | undefined
      readonly order?: 'newest' | 'oldest' | undefined
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly seq: number | null
        readonly at: string
        readonly event: string
        readonly outcome: 'success' | 'refused' | 'failure' | 'alarm'
        readonly reason: string | null
        readonly subject: string | null
        readonly subject_kind: string | null
        readonly target: string | null
        readonly target_kind: string | null
        readonly address: string | null
        readonly region: string | null
        readonly region_date: string | null
        readonly client_id: string | null
        readonly session_id: string | null
        readonly request_id: string | null
        readonly details: { readonly [name: string]: unknown }
      }[]
      readonly next: string | null
      readonly damaged: readonly string[]
    }
  }
  /** The backups of the log that were made, the newest first, with the place and the hours between them as they are set. */
  'GET /v1/activity/backups': {
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly began_at: string
        readonly ended_at: string | null
        readonly place: string
        readonly outcome: 'running' | 'success' | 'failure'
        readonly reason: string | null
        readonly size: number
        readonly files: number
        readonly bytes: number
      }[]
      readonly next: string | null
      readonly scheduled: boolean
      readonly every_hours: number
      readonly encrypted: boolean
      readonly lock_days: number
    }
  }
  /** Make a backup of the log now, at the place that is set. It goes on in the background; the list says how it ended. */
  'POST /v1/activity/backups': {
    readonly answer: {
      readonly id: string
      readonly began_at: string
      readonly ended_at: string | null
      readonly place: string
      readonly outcome: 'running' | 'success' | 'failure'
      readonly reason: string | null
      readonly size: number
      readonly files: number
      readonly bytes: number
    }
  }
  /** The checkpoints of the log, newest first. */
  'GET /v1/activity/checkpoints': {
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly size: number
        readonly at: string
        readonly note: string
      }[]
      readonly next: string | null
    }
  }
  /** What a search finds as a file, newest first: one JSON object a line, or CSV in which a spreadsheet runs nothing. The log says who has taken what. */
  'GET /v1/activity/export': {
    readonly query: {
      readonly format: 'csv' | 'ndjson'
      readonly event?: string | undefined
      readonly outcome?: string | undefined
      readonly reason?: string | undefined
      readonly subject?: string | undefined
      readonly target?: string | undefined
      readonly address?: string | undefined
      readonly region?: string | undefined
      readonly client_id?: string | undefined
      readonly session_id?: string | undefined
      readonly request_id?: string | undefined
      readonly detail?: string | undefined
      readonly text?: string | undefined
      readonly from?: string | undefined
      readonly to?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: unknown
  }
  /** The people whose events the log keeps as they are, even if the people are deleted. */
  'GET /v1/activity/holds': {
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly subject: string
        readonly reason: string
        readonly placed_at: string
        readonly placed_by: string | null
        readonly ends_at: string | null
      }[]
      readonly next: string | null
    }
  }
  /** Keep what the log says of somebody as it is, also if they are deleted. A new hold replaces the one that there is. */
  'POST /v1/activity/holds': {
    readonly body: {
      readonly subject: string
      readonly reason: string
      readonly ends_at?: string
    }
    readonly answer: {
      readonly subject: string
      readonly reason: string
      readonly placed_at: string
      readonly placed_by: string | null
      readonly ends_at: string | null
    }
  }
  /** Lift a hold. Who was deleted meanwhile is forgotten then. */
  'DELETE /v1/activity/holds/{subject}': {
    readonly path: {
      readonly subject: string
    }
    readonly answer: undefined
  }
  /** What up to 100 subjects and targets of events are called, as far as the caller may see them: people and their API keys with `users:read`, devices with `devices:read`, services with `services:read`, apps with `apps:read`. Who was deleted has no name. */
  'GET /v1/activity/names': {
    readonly query: {
      readonly ids: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly kind: 'user' | 'device' | 'service' | 'app' | 'api_key'
        readonly name: string
        readonly owner: string | null
      }[]
    }
  }
  /** What the overview of the console shows, in one answer: sign-ins, devices online, refusals by reason, regions, the addresses that were refused most often and new regions, in a range of the last 24 hours unless `from` and `to` say another. Buckets are no finer than `bucket`. `today` is when the day of the reader has begun, midnight UTC unless given. */
  'GET /v1/activity/overview': {
    readonly query?: {
      readonly from?: string | undefined
      readonly to?: string | undefined
      readonly bucket?: 'minute' | '5_minutes' | '15_minutes' | 'hour' | 'day' | 'week' | '30_days' | undefined
      readonly today?: string | undefined
    }
    readonly answer: {
      readonly from: string
      readonly to: string
      readonly bucket: 'minute' | '5_minutes' | '15_minutes' | 'hour' | 'day' | 'week' | '30_days'
      readonly bucket_seconds: number
      readonly behind: number
      readonly sign_ins: {
        readonly total: number
        readonly points: readonly {
          readonly at: string
          readonly count: number | null
        }[]
        readonly values: readonly {
          readonly value: string
          readonly total: number
          readonly counts: readonly number[]
        }[]
      }
      readonly sign_ins_today: readonly {
        readonly value: string
        readonly total: number
      }[]
      readonly devices_online: {
        readonly now: number
        readonly points: readonly {
          readonly at: string
          readonly count: number | null
        }[]
      }
      readonly refusals: {
        readonly total: number
        readonly reasons: readonly {
          readonly value: string
          readonly total: number
        }[]
      }
      readonly regions: readonly {
        readonly value: string
        readonly total: number
        readonly refused: number
      }[]
      readonly refused_addresses: readonly {
        readonly address: string
        readonly count: number
        readonly surplus: number
      }[]
      readonly new_regions: readonly {
        readonly subject: string | null
        readonly username: string | null
        readonly region: string
        readonly at: string
      }[]
    }
  }
  /** What the archive holds by month and kind of event, the newest first, with the rules: for how many days events stay in the table, and for how many each kind is kept (those that are not named, for ever). `damaged` names the segments that cannot be read, and what has gone on without their events. */
  'GET /v1/activity/periods': {
    readonly answer: {
      readonly items: readonly {
        readonly month: string
        readonly kind: 'connections' | 'devices' | 'sign_ins' | 'refusals' | 'administration' | 'log'
        readonly events: number
        readonly bytes: number
        readonly dropped: number
      }[]
      readonly damaged: readonly {
        readonly segment: string
        readonly from: number
        readonly to: number
        readonly says: string
        readonly found_at: string
        readonly consumers: readonly string[]
      }[]
      readonly table_days: number
      readonly retention_days: { readonly [name: string]: number }
    }
  }
  /** How far the log is proven: its size, its newest checkpoint, what verifies it, and its witnesses. */
  'GET /v1/activity/proof': {
    readonly answer: {
      readonly size: number
      readonly checkpoint: {
        readonly size: number
        readonly at: string
        readonly note: string
      } | null
      readonly keys: readonly string[]
      readonly witness_key: string
      readonly witnesses: readonly {
        readonly url: string
        readonly size: number
        readonly signed_at: string | null
        readonly asked_at: string
        readonly last_error: string | null
      }[]
    }
  }
  /** The searches of the log that the caller has saved, and those that are shared, by name. */
  'GET /v1/activity/searches': {
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly owner: string | null
        readonly name: string
        readonly shared: boolean
        readonly query: {
          readonly event?: string
          readonly outcome?: string
          readonly reason?: string
          readonly subject?: string
          readonly target?: string
          readonly address?: string
          readonly region?: string
          readonly client_id?: string
          readonly session_id?: string
          readonly request_id?: string
          readonly detail?: string
          readonly text?: string
          readonly from?: string
          readonly to?: string
        }
        readonly created_at: string
        readonly changed_at: string
      }[]
    }
  }
  /** Keep a search of the log by a name: up to 50 of one’s own. A shared one is for all readers of the log, and needs `alarms:write`. */
  'POST /v1/activity/searches': {
    readonly body: {
      readonly name: string
      readonly query: {
        readonly event?: string
        readonly outcome?: string
        readonly reason?: string
        readonly subject?: string
        readonly target?: string
        readonly address?: string
        readonly region?: string
        readonly client_id?: string
        readonly session_id?: string
        readonly request_id?: string
        readonly detail?: string
        readonly text?: string
        readonly from?: string
        readonly to?: string
      }
      readonly shared?: boolean
    }
    readonly answer: {
      readonly id: string
      readonly owner: string | null
      readonly name: string
      readonly shared: boolean
      readonly query: {
        readonly event?: string
        readonly outcome?: string
        readonly reason?: string
        readonly subject?: string
        readonly target?: string
        readonly address?: string
        readonly region?: string
        readonly client_id?: string
        readonly session_id?: string
        readonly request_id?: string
        readonly detail?: string
        readonly text?: string
        readonly from?: string
        readonly to?: string
      }
      readonly created_at: string
      readonly changed_at: string
    }
  }
  /** Remove a saved search. */
  'DELETE /v1/activity/searches/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** Rename a saved search, let it search for something else, share it or share it no more. What is not given stays. */
  'PATCH /v1/activity/searches/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly name?: string
      readonly query?: {
        readonly event?: string
        readonly outcome?: string
        readonly reason?: string
        readonly subject?: string
        readonly target?: string
        readonly address?: string
        readonly region?: string
        readonly client_id?: string
        readonly session_id?: string
        readonly request_id?: string
        readonly detail?: string
        readonly text?: string
        readonly from?: string
        readonly to?: string
      }
      readonly shared?: boolean
    }
    readonly answer: {
      readonly id: string
      readonly owner: string | null
      readonly name: string
      readonly shared: boolean
      readonly query: {
        readonly event?: string
        readonly outcome?: string
        readonly reason?: string
        readonly subject?: string
        readonly target?: string
        readonly address?: string
        readonly region?: string
        readonly client_id?: string
        readonly session_id?: string
        readonly request_id?: string
        readonly detail?: string
        readonly text?: string
        readonly from?: string
        readonly to?: string
      }
      readonly created_at: string
      readonly changed_at: string
    }
  }
  /** The sign-ins of everybody, those that succeeded and those that were refused, with factor and reason, newest first. */
  'GET /v1/activity/sign-ins': {
    readonly query?: {
      readonly outcome?: 'success' | 'refused' | 'failure' | 'alarm' | undefined
      readonly reason?: string | undefined
      readonly subject?: string | undefined
      readonly address?: string | undefined
      readonly region?: string | undefined
      readonly from?: string | undefined
      readonly to?: string | undefined
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly at: string
        readonly outcome: 'success' | 'refused' | 'failure' | 'alarm'
        readonly reason: string | null
        readonly subject: string | null
        readonly username: string | null
        readonly amr: string | null
        readonly factor: string | null
        readonly times: number
        readonly address: string | null
        readonly region: string | null
        readonly session_id: string | null
      }[]
      readonly next: string | null
    }
  }
  /** The same as a file of CSV or of one JSON object a line: 10,000 rows at most; with the last id as `after` the next ones. */
  'GET /v1/activity/sign-ins/export': {
    readonly query: {
      readonly format: 'csv' | 'ndjson'
      readonly outcome?: 'success' | 'refused' | 'failure' | 'alarm' | undefined
      readonly reason?: string | undefined
      readonly subject?: string | undefined
      readonly address?: string | undefined
      readonly region?: string | undefined
      readonly from?: string | undefined
      readonly to?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: unknown
  }
  /** How often something happened in a range, the last 24 hours unless `from` and `to` say another: one `measure`, in buckets no finer than `bucket`, 500 at most. `by` splits it by a dimension that the measure has, into the `limit` most frequent values (20); `value` and `outcome` count some alone, several between commas. The answer says which whole buckets it covers. From roll-ups, a few seconds behind the log: `behind` events are not counted yet. */
  'GET /v1/activity/stats': {
    readonly query: {
      readonly measure: 'events' | 'sign_ins' | 'refusals' | 'refreshes' | 'administration' | 'device_connects' | 'device_disconnects' | 'device_commands' | 'new_regions' | 'devices_online'
      readonly by?: 'outcome' | 'event' | 'reason' | 'region' | 'user_type' | 'factor' | undefined
      readonly value?: string | undefined
      readonly outcome?: string | undefined
      readonly bucket?: 'minute' | '5_minutes' | '15_minutes' | 'hour' | 'day' | 'week' | '30_days' | undefined
      readonly limit?: string | undefined
      readonly from?: string | undefined
      readonly to?: string | undefined
    }
    readonly answer: {
      readonly measure: 'events' | 'sign_ins' | 'refusals' | 'refreshes' | 'administration' | 'device_connects' | 'device_disconnects' | 'device_commands' | 'new_regions' | 'devices_online'
      readonly by: 'outcome' | 'event' | 'reason' | 'region' | 'user_type' | 'factor' | null
      readonly behind: number
      readonly from: string
      readonly to: string
      readonly bucket: 'minute' | '5_minutes' | '15_minutes' | 'hour' | 'day' | 'week' | '30_days'
      readonly bucket_seconds: number
      readonly total: number | null
      readonly points: readonly {
        readonly at: string
        readonly count: number | null
      }[]
      readonly values: readonly {
        readonly value: string
        readonly total: number
        readonly counts: readonly number[]
      }[]
    }
  }
  /** Follow the log live in the order of commits, as server-sent events, for as long as the token is valid. With the id of an event as `Last-Event-ID`, or as `after`, it goes on behind that event, without a gap and without a double. */
  'GET /v1/activity/tail': {
    readonly query?: {
      readonly event?: string | undefined
      readonly outcome?: string | undefined
      readonly reason?: string | undefined
      readonly subject?: string | undefined
      readonly target?: string | undefined
      readonly address?: string | undefined
      readonly region?: string | undefined
      readonly client_id?: string | undefined
      readonly session_id?: string | undefined
      readonly request_id?: string | undefined
      readonly detail?: string | undefined
      readonly text?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: unknown
  }
  /** One event of the log, by its id. */
  'GET /v1/activity/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly seq: number | null
      readonly at: string
      readonly event: string
      readonly outcome: 'success' | 'refused' | 'failure' | 'alarm'
      readonly reason: string | null
      readonly subject: string | null
      readonly subject_kind: string | null
      readonly target: string | null
      readonly target_kind: string | null
      readonly address: string | null
      readonly region: string | null
      readonly region_date: string | null
      readonly client_id: string | null
      readonly session_id: string | null
      readonly request_id: string | null
      readonly details: { readonly [name: string]: unknown }
    }
  }
  /** The proof of one event, which can be verified without this server. These may have it: whoever did it, the person that it was done to, the owner of the device, and readers of the log. */
  'GET /v1/activity/{id}/receipt': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly format: 'latchkey-receipt-v1'
      readonly leaf: string
      readonly disclosed: {
        readonly who?: {
          readonly salt: string
          readonly text: string
        }
        readonly place?: {
          readonly salt: string
          readonly text: string
        }
        readonly whom?: {
          readonly salt: string
          readonly text: string
        }
      }
      readonly proof: string
    }
  }
  /** Prove an address by the secret of the link that was sent to it. Works once, and does not sign in. */
  'POST /v1/addresses/prove': {
    readonly body: {
      readonly proof: string
    }
    readonly answer: {
      readonly address: string
    }
  }
  /** The rules by which alarms open, as they are in force and as they ship. */
  'GET /v1/alarm-rules': {
    readonly answer: {
      readonly items: readonly {
        readonly name: string
        readonly on: boolean
        readonly severity: 'low' | 'medium' | 'high' | 'critical'
        readonly threshold: number
        readonly window_seconds: number
        readonly counts: 'times' | 'accounts' | 'km/h'
        readonly window_is: 'counts_within' | 'lasts_for' | 'warns_before' | 'remembers_for'
        readonly sends_mail: boolean
        readonly products: readonly string[]
        readonly changed_at: string | null
        readonly shipped: {
          readonly on: boolean
          readonly severity: 'low' | 'medium' | 'high' | 'critical'
          readonly threshold: number
          readonly window_seconds: number
        } | null
        readonly own: {
          readonly title: string
          readonly events: readonly string[]
          readonly outcomes: readonly string[]
          readonly reasons: readonly string[]
          readonly group_by: 'subject' | 'target' | 'address' | 'region' | 'service' | 'server'
        } | null
      }[]
      readonly next: null
    }
  }
  /** Add a rule beside those that ship, up to 50: so many events of these names, outcomes and reasons within a window, counted for each subject, target, address, region, service or all together. An empty list is any. Its name begins with `own.`. */
  'POST /v1/alarm-rules': {
    readonly body: {
      readonly name: string
      readonly title: string
      readonly events?: readonly string[]
      readonly outcomes?: readonly ('success' | 'refused' | 'failure' | 'alarm')[]
      readonly reasons?: readonly string[]
      readonly group_by: 'subject' | 'target' | 'address' | 'region' | 'service' | 'server'
      readonly threshold: number
      readonly window_seconds: number
      readonly severity: 'low' | 'medium' | 'high' | 'critical'
      readonly on?: boolean
      readonly sends_mail?: boolean
    }
    readonly answer: {
      readonly name: string
      readonly on: boolean
      readonly severity: 'low' | 'medium' | 'high' | 'critical'
      readonly threshold: number
      readonly window_seconds: number
      readonly counts: 'times' | 'accounts' | 'km/h'
      readonly window_is: 'counts_within' | 'lasts_for' | 'warns_before' | 'remembers_for'
      readonly sends_mail: boolean
      readonly products: readonly string[]
      readonly changed_at: string | null
      readonly shipped: {
        readonly on: boolean
        readonly severity: 'low' | 'medium' | 'high' | 'critical'
        readonly threshold: number
        readonly window_seconds: number
      } | null
      readonly own: {
        readonly title: string
        readonly events: readonly string[]
        readonly outcomes: readonly string[]
        readonly reasons: readonly string[]
        readonly group_by: 'subject' | 'target' | 'address' | 'region' | 'service' | 'server'
      } | null
    }
  }
  /** Remove a rule of one’s own. Its open alarms close; what was told stays. */
  'DELETE /v1/alarm-rules/{name}': {
    readonly path: {
      readonly name: string
    }
    readonly answer: undefined
  }
  /** Change a rule; what is not given stays. Null is as it ships, for a rule that does. Turned off, its open alarms close. What a rule counts is changed of one’s own alone. */
  'PATCH /v1/alarm-rules/{name}': {
    readonly path: {
      readonly name: string
    }
    readonly body: {
      readonly on?: boolean | null
      readonly threshold?: number | null
      readonly window_seconds?: number | null
      readonly severity?: 'low' | 'medium' | 'high' | 'critical' | null
      readonly sends_mail?: boolean | null
      readonly products?: readonly string[] | null
      readonly title?: string
      readonly events?: readonly string[]
      readonly outcomes?: readonly ('success' | 'refused' | 'failure' | 'alarm')[]
      readonly reasons?: readonly string[]
      readonly group_by?: 'subject' | 'target' | 'address' | 'region' | 'service' | 'server'
    }
    readonly answer: {
      readonly name: string
      readonly on: boolean
      readonly severity: 'low' | 'medium' | 'high' | 'critical'
      readonly threshold: number
      readonly window_seconds: number
      readonly counts: 'times' | 'accounts' | 'km/h'
      readonly window_is: 'counts_within' | 'lasts_for' | 'warns_before' | 'remembers_for'
      readonly sends_mail: boolean
      readonly products: readonly string[]
      readonly changed_at: string | null
      readonly shipped: {
        readonly on: boolean
        readonly severity: 'low' | 'medium' | 'high' | 'critical'
        readonly threshold: number
        readonly window_seconds: number
      } | null
      readonly own: {
        readonly title: string
        readonly events: readonly string[]
        readonly outcomes: readonly string[]
        readonly reasons: readonly string[]
        readonly group_by: 'subject' | 'target' | 'address' | 'region' | 'service' | 'server'
      } | null
    }
  }
  /** The silences that are not over. */
  'GET /v1/alarm-silences': {
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly rule: string
        readonly subject: string | null
        readonly reason: string
        readonly created_at: string
        readonly owner: string | null
        readonly ends_at: string
      }[]
      readonly next: string | null
    }
  }
  /** Tell nothing of a rule, of one subject or of all, until an end within 90 days. Alarms open and close as before. */
  'POST /v1/alarm-silences': {
    readonly body: {
      readonly rule: string
      readonly subject?: string
      readonly reason: string
      readonly ends_at: string
    }
    readonly answer: {
      readonly id: string
      readonly rule: string
      readonly subject: string | null
      readonly reason: string
      readonly created_at: string
      readonly owner: string | null
      readonly ends_at: string
    }
  }
  /** End a silence. What is open is told then. */
  'DELETE /v1/alarm-silences/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** The alarms, newest first. A subject also finds the groups that it is part of. */
  'GET /v1/alarms': {
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
      readonly state?: 'open' | 'acknowledged' | 'closed' | undefined
      readonly rule?: string | undefined
      readonly severity?: 'low' | 'medium' | 'high' | 'critical' | undefined
      readonly subject?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly rule: string
        readonly rule_title: string | null
        readonly severity: 'low' | 'medium' | 'high' | 'critical'
        readonly state: 'open' | 'acknowledged' | 'closed'
        readonly subject: string | null
        readonly subject_kind: string | null
        readonly subject_name: string | null
        readonly subjects: number
        readonly times: number
        readonly facts: { readonly [name: string]: string | number }
        readonly flapping: boolean
        readonly opened_at: string
        readonly last_at: string
        readonly acknowledged_at: string | null
        readonly acknowledged_by: string | null
        readonly closed_at: string | null
        readonly closed_by: string | null
        readonly close_reason: string | null
        readonly told_at: string | null
      }[]
      readonly next: string | null
    }
  }
  /** How many alarms are open, and how many of those that are not closed somebody looks after. */
  'GET /v1/alarms/count': {
    readonly answer: {
      readonly open: number
      readonly acknowledged: number
    }
  }
  /** Show an alarm, with the events that caused it and the people or things it is about. */
  'GET /v1/alarms/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly rule: string
      readonly rule_title: string | null
      readonly severity: 'low' | 'medium' | 'high' | 'critical'
      readonly state: 'open' | 'acknowledged' | 'closed'
      readonly subject: string | null
      readonly subject_kind: string | null
      readonly subject_name: string | null
      readonly subjects: number
      readonly times: number
      readonly facts: { readonly [name: string]: string | number }
      readonly flapping: boolean
      readonly opened_at: string
      readonly last_at: string
      readonly acknowledged_at: string | null
      readonly acknowledged_by: string | null
      readonly closed_at: string | null
      readonly closed_by: string | null
      readonly close_reason: string | null
      readonly told_at: string | null
      readonly events: readonly string[]
      readonly members: readonly {
        readonly subject: string
        readonly name: string | null
        readonly at: string
        readonly ended_at: string | null
      }[]
    }
  }
  /** Say that one looks after it. That it goes on is not told any more. */
  'POST /v1/alarms/{id}/acknowledge': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly rule: string
      readonly rule_title: string | null
      readonly severity: 'low' | 'medium' | 'high' | 'critical'
      readonly state: 'open' | 'acknowledged' | 'closed'
      readonly subject: string | null
      readonly subject_kind: string | null
      readonly subject_name: string | null
      readonly subjects: number
      readonly times: number
      readonly facts: { readonly [name: string]: string | number }
      readonly flapping: boolean
      readonly opened_at: string
      readonly last_at: string
      readonly acknowledged_at: string | null
      readonly acknowledged_by: string | null
      readonly closed_at: string | null
      readonly closed_by: string | null
      readonly close_reason: string | null
      readonly told_at: string | null
    }
  }
  /** Close an alarm. If its rule holds again, a new one opens. */
  'POST /v1/alarms/{id}/close': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly rule: string
      readonly rule_title: string | null
      readonly severity: 'low' | 'medium' | 'high' | 'critical'
      readonly state: 'open' | 'acknowledged' | 'closed'
      readonly subject: string | null
      readonly subject_kind: string | null
      readonly subject_name: string | null
      readonly subjects: number
      readonly times: number
      readonly facts: { readonly [name: string]: string | number }
      readonly flapping: boolean
      readonly opened_at: string
      readonly last_at: string
      readonly acknowledged_at: string | null
      readonly acknowledged_by: string | null
      readonly closed_at: string | null
      readonly closed_by: string | null
      readonly close_reason: string | null
      readonly told_at: string | null
    }
  }
  /** List one’s own API keys, newest first: those in force, and those that ended in the last 30 days. */
  'GET /v1/api-keys': {
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly name: string
        readonly scopes: readonly string[]
        readonly audience: string
        readonly service: string | null
        readonly created_at: string
        readonly expires_at: string
        readonly last_used_at: string | null
        readonly last_address: string | null
        readonly last_region: string | null
        readonly last_user_agent: string | null
        readonly revoked_at: string | null
        readonly revoked_by: string | null
        readonly revoke_reason: string | null
      }[]
      readonly next: null
      readonly scopes: readonly string[]
    }
  }
  /** Make an API key for oneself, after a fresh sign-in: a token for this server or for a service, with scopes that one holds. It ends in 90 days if `expires_at` is not given, in 366 days at most, and with what it rests on. Its text is in this answer and nowhere else. */
  'POST /v1/api-keys': {
    readonly body: {
      readonly name: string
      readonly scopes: readonly string[]
      readonly audience?: string
      readonly expires_at?: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly scopes: readonly string[]
      readonly audience: string
      readonly service: string | null
      readonly created_at: string
      readonly expires_at: string
      readonly last_used_at: string | null
      readonly last_address: string | null
      readonly last_region: string | null
      readonly last_user_agent: string | null
      readonly revoked_at: string | null
      readonly revoked_by: string | null
      readonly revoke_reason: string | null
      readonly key: string
    }
  }
  /** Revoke an API key of one’s own, as somebody who has signed in, or by the key itself. Every verifier refuses it within a second. */
  'DELETE /v1/api-keys/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** List applications: programs that people sign in to, or let act for them. */
  'GET /v1/applications': {
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
      readonly made_by?: 'administrator' | 'registration' | 'document' | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly name: string
        readonly type: 'web' | 'browser' | 'native' | 'agent'
        readonly authentication: 'none' | 'secret' | 'key'
        readonly jwks: { readonly [name: string]: unknown } | null
        readonly jwks_uri: string | null
        readonly redirect_uris: readonly string[]
        readonly logout_uris: readonly string[]
        readonly backchannel_logout_uri: string | null
        readonly backchannel_logout_session_required: boolean
        readonly frontchannel_logout_uri: string | null
        readonly frontchannel_logout_session_required: boolean
        readonly grants: readonly string[]
        readonly scopes: readonly string[]
        readonly is_first_party: boolean
        readonly requires_pkce: boolean
        readonly requires_push: boolean
        readonly requires_dpop: boolean
        readonly subject_type: 'public' | 'pairwise'
        readonly home_uri: string | null
        readonly policy_uri: string | null
        readonly made_by: 'administrator' | 'registration' | 'document'
        readonly version: number
        readonly created_at: string
        readonly disabled_at: string | null
        readonly last_used_at: string | null
      }[]
      readonly next: string | null
    }
  }
  /** Register an application. Its secret, which web applications have unless they sign by a key, is shown this once. */
  'POST /v1/applications': {
    readonly body: {
      readonly authentication?: 'none' | 'secret' | 'key'
      readonly jwks?: {
        readonly keys: readonly { readonly [name: string]: unknown }[]
      } | null
      readonly jwks_uri?: string | null
      readonly redirect_uris?: readonly string[]
      readonly logout_uris?: readonly string[]
      readonly backchannel_logout_uri?: string | null
      readonly backchannel_logout_session_required?: boolean
      readonly frontchannel_logout_uri?: string | null
      readonly frontchannel_logout_session_required?: boolean
      readonly grants?: readonly ('authorization_code' | 'refresh_token' | 'urn:ietf:params:oauth:grant-type:device_code' | 'urn:ietf:params:oauth:grant-type:token-exchange' | 'client_credentials')[]
      readonly scopes?: readonly string[]
      readonly is_first_party?: boolean
      readonly requires_pkce?: boolean
      readonly requires_push?: boolean
      readonly requires_dpop?: boolean
      readonly subject_type?: 'public' | 'pairwise'
      readonly home_uri?: string | null
      readonly policy_uri?: string | null
      readonly name: string
      readonly type: 'web' | 'browser' | 'native' | 'agent'
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly type: 'web' | 'browser' | 'native' | 'agent'
      readonly authentication: 'none' | 'secret' | 'key'
      readonly jwks: { readonly [name: string]: unknown } | null
      readonly jwks_uri: string | null
      readonly redirect_uris: readonly string[]
      readonly logout_uris: readonly string[]
      readonly backchannel_logout_uri: string | null
      readonly backchannel_logout_session_required: boolean
      readonly frontchannel_logout_uri: string | null
      readonly frontchannel_logout_session_required: boolean
      readonly grants: readonly string[]
      readonly scopes: readonly string[]
      readonly is_first_party: boolean
      readonly requires_pkce: boolean
      readonly requires_push: boolean
      readonly requires_dpop: boolean
      readonly subject_type: 'public' | 'pairwise'
      readonly home_uri: string | null
      readonly policy_uri: string | null
      readonly made_by: 'administrator' | 'registration' | 'document'
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
      readonly last_used_at: string | null
      readonly secret: string | null
    }
  }
  /** Remove an application with its secrets and all that it had. Its id is never given again. */
  'DELETE /v1/applications/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** See an application. */
  'GET /v1/applications/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly type: 'web' | 'browser' | 'native' | 'agent'
      readonly authentication: 'none' | 'secret' | 'key'
      readonly jwks: { readonly [name: string]: unknown } | null
      readonly jwks_uri: string | null
      readonly redirect_uris: readonly string[]
      readonly logout_uris: readonly string[]
      readonly backchannel_logout_uri: string | null
      readonly backchannel_logout_session_required: boolean
      readonly frontchannel_logout_uri: string | null
      readonly frontchannel_logout_session_required: boolean
      readonly grants: readonly string[]
      readonly scopes: readonly string[]
      readonly is_first_party: boolean
      readonly requires_pkce: boolean
      readonly requires_push: boolean
      readonly requires_dpop: boolean
      readonly subject_type: 'public' | 'pairwise'
      readonly home_uri: string | null
      readonly policy_uri: string | null
      readonly made_by: 'administrator' | 'registration' | 'document'
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
      readonly last_used_at: string | null
    }
  }
  /** Change an application. If it loses a scope or a grant, what people have let it do until now ends. With If-Match, only the version that it names. */
  'PATCH /v1/applications/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly authentication?: 'none' | 'secret' | 'key'
      readonly jwks?: {
        readonly keys: readonly { readonly [name: string]: unknown }[]
      } | null
      readonly jwks_uri?: string | null
      readonly redirect_uris?: readonly string[]
      readonly logout_uris?: readonly string[]
      readonly backchannel_logout_uri?: string | null
      readonly backchannel_logout_session_required?: boolean
      readonly frontchannel_logout_uri?: string | null
      readonly frontchannel_logout_session_required?: boolean
      readonly grants?: readonly ('authorization_code' | 'refresh_token' | 'urn:ietf:params:oauth:grant-type:device_code' | 'urn:ietf:params:oauth:grant-type:token-exchange' | 'client_credentials')[]
      readonly scopes?: readonly string[]
      readonly is_first_party?: boolean
      readonly requires_pkce?: boolean
      readonly requires_push?: boolean
      readonly requires_dpop?: boolean
      readonly subject_type?: 'public' | 'pairwise'
      readonly home_uri?: string | null
      readonly policy_uri?: string | null
      readonly name?: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly type: 'web' | 'browser' | 'native' | 'agent'
      readonly authentication: 'none' | 'secret' | 'key'
      readonly jwks: { readonly [name: string]: unknown } | null
      readonly jwks_uri: string | null
      readonly redirect_uris: readonly string[]
      readonly logout_uris: readonly string[]
      readonly backchannel_logout_uri: string | null
      readonly backchannel_logout_session_required: boolean
      readonly frontchannel_logout_uri: string | null
      readonly frontchannel_logout_session_required: boolean
      readonly grants: readonly string[]
      readonly scopes: readonly string[]
      readonly is_first_party: boolean
      readonly requires_pkce: boolean
      readonly requires_push: boolean
      readonly requires_dpop: boolean
      readonly subject_type: 'public' | 'pairwise'
      readonly home_uri: string | null
      readonly policy_uri: string | null
      readonly made_by: 'administrator' | 'registration' | 'document'
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
      readonly last_used_at: string | null
    }
  }
  /** Turn an application off: nobody is sent to it, it gets no tokens, and what it had ends. */
  'POST /v1/applications/{id}/disable': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly type: 'web' | 'browser' | 'native' | 'agent'
      readonly authentication: 'none' | 'secret' | 'key'
      readonly jwks: { readonly [name: string]: unknown } | null
      readonly jwks_uri: string | null
      readonly redirect_uris: readonly string[]
      readonly logout_uris: readonly string[]
      readonly backchannel_logout_uri: string | null
      readonly backchannel_logout_session_required: boolean
      readonly frontchannel_logout_uri: string | null
      readonly frontchannel_logout_session_required: boolean
      readonly grants: readonly string[]
      readonly scopes: readonly string[]
      readonly is_first_party: boolean
      readonly requires_pkce: boolean
      readonly requires_push: boolean
      readonly requires_dpop: boolean
      readonly subject_type: 'public' | 'pairwise'
      readonly home_uri: string | null
      readonly policy_uri: string | null
      readonly made_by: 'administrator' | 'registration' | 'document'
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
      readonly last_used_at: string | null
    }
  }
  /** Turn an application on again. What has ended does not come back. */
  'POST /v1/applications/{id}/enable': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly type: 'web' | 'browser' | 'native' | 'agent'
      readonly authentication: 'none' | 'secret' | 'key'
      readonly jwks: { readonly [name: string]: unknown } | null
      readonly jwks_uri: string | null
      readonly redirect_uris: readonly string[]
      readonly logout_uris: readonly string[]
      readonly backchannel_logout_uri: string | null
      readonly backchannel_logout_session_required: boolean
      readonly frontchannel_logout_uri: string | null
      readonly frontchannel_logout_session_required: boolean
      readonly grants: readonly string[]
      readonly scopes: readonly string[]
      readonly is_first_party: boolean
      readonly requires_pkce: boolean
      readonly requires_push: boolean
      readonly requires_dpop: boolean
      readonly subject_type: 'public' | 'pairwise'
      readonly home_uri: string | null
      readonly policy_uri: string | null
      readonly made_by: 'administrator' | 'registration' | 'document'
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
      readonly last_used_at: string | null
    }
  }
  /** List the people who have let an application in. What it may do for each is at `/v1/users/{id}/applications`. */
  'GET /v1/applications/{id}/people': {
    readonly path: {
      readonly id: string
    }
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly username: string | null
        readonly given_at: string
      }[]
      readonly next: string | null
    }
  }
  /** The live secrets of an application, with when each was used last. None of them can be read. */
  'GET /v1/applications/{id}/secrets': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly created_at: string
        readonly ends_at: string | null
        readonly last_used_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Give an application another secret, which is shown this once. Both work until the older one ends, in a day if nothing is said. */
  'POST /v1/applications/{id}/secrets': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly older_ends_at?: string
    }
    readonly answer: {
      readonly id: string
      readonly created_at: string
      readonly ends_at: string | null
      readonly last_used_at: string | null
      readonly secret: string
      readonly older_ends_at: string | null
    }
  }
  /** End a secret of an application at once. */
  'DELETE /v1/applications/{id}/secrets/{secret}': {
    readonly path: {
      readonly id: string
      readonly secret: string
    }
    readonly answer: undefined
  }
  /** The streams of shared signals that an application has made, and how many events wait for each. */
  'GET /v1/applications/{id}/streams': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly application: string
        readonly description: string | null
        readonly method: 'push' | 'poll'
        readonly host: string | null
        readonly events: readonly string[]
        readonly status: 'enabled' | 'paused' | 'disabled'
        readonly status_reason: string | null
        readonly is_stopped: boolean
        readonly waiting: number
        readonly created_at: string
      }[]
      readonly next: null
    }
  }
  /** Remove a stream with what waits for it. */
  'DELETE /v1/applications/{id}/streams/{stream}': {
    readonly path: {
      readonly id: string
      readonly stream: string
    }
    readonly answer: undefined
  }
  /** Pause a stream. Its receiver is told and cannot enable it; what happens meanwhile waits. */
  'POST /v1/applications/{id}/streams/{stream}/pause': {
    readonly path: {
      readonly id: string
      readonly stream: string
    }
    readonly answer: {
      readonly id: string
      readonly application: string
      readonly description: string | null
      readonly method: 'push' | 'poll'
      readonly host: string | null
      readonly events: readonly string[]
      readonly status: 'enabled' | 'paused' | 'disabled'
      readonly status_reason: string | null
      readonly is_stopped: boolean
      readonly waiting: number
      readonly created_at: string
    }
  }
  /** Let a stream go on: what waits is sent. */
  'POST /v1/applications/{id}/streams/{stream}/resume': {
    readonly path: {
      readonly id: string
      readonly stream: string
    }
    readonly answer: {
      readonly id: string
      readonly application: string
      readonly description: string | null
      readonly method: 'push' | 'poll'
      readonly host: string | null
      readonly events: readonly string[]
      readonly status: 'enabled' | 'paused' | 'disabled'
      readonly status_reason: string | null
      readonly is_stopped: boolean
      readonly waiting: number
      readonly created_at: string
    }
  }
  /** The subjects of issuers outside whose tokens authenticate an application. */
  'GET /v1/applications/{id}/workloads': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly issuer: string
        readonly subject: string
        readonly audience: string
        readonly reuse: 'once' | 'life'
        readonly created_at: string
        readonly last_used_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Let tokens of an issuer outside authenticate an application, in the place of a secret: of a build server, a cluster, another cloud. */
  'POST /v1/applications/{id}/workloads': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly issuer: string
      readonly subject: string
      readonly audience?: string
      readonly reuse?: 'once' | 'life'
    }
    readonly answer: {
      readonly id: string
      readonly issuer: string
      readonly subject: string
      readonly audience: string
      readonly reuse: 'once' | 'life'
      readonly created_at: string
      readonly last_used_at: string | null
    }
  }
  /** Tokens of this issuer and subject authenticate the application no more. */
  'DELETE /v1/applications/{id}/workloads/{workload}': {
    readonly path: {
      readonly id: string
      readonly workload: string
    }
    readonly answer: undefined
  }
  /** See what became of a command that an agent has asked its person for. An agent asks here every few seconds. */
  'GET /v1/approvals/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly state: 'waiting' | 'over' | 'denied' | 'sent' | 'answered' | 'failed'
      readonly device: string
      readonly device_name: string
      readonly method: string
      readonly payload: unknown
      readonly application: string
      readonly application_name: string
      readonly address: string
      readonly region: string | null
      readonly user_agent: string | null
      readonly created_at: string
      readonly expires_at: string
      readonly decided_at: string | null
      readonly reply: {
        readonly status: number
        readonly payload: unknown
      } | null
      readonly failure: string | null
    }
  }
  /** List the apps of other companies. */
  'GET /v1/apps': {
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly name: string
        readonly user_type: string | null
        readonly longest_session_seconds: number
        readonly version: number
        readonly created_at: string
        readonly disabled_at: string | null
        readonly jwks_uri: string | null
        readonly last_fetch: {
          readonly at: string
          readonly outcome: 'read' | 'failed'
          readonly cause: string | null
          readonly skipped: number | null
        } | null
      }[]
      readonly next: string | null
    }
  }
  /** Register an app of another company, whose account server signs who its people are. With a user type, people are made when they come for the first time. */
  'POST /v1/apps': {
    readonly body: {
      readonly user_type?: string | null
      readonly longest_session_seconds?: number
      readonly jwks_uri?: string | null
      readonly name: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly user_type: string | null
      readonly longest_session_seconds: number
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
      readonly jwks_uri: string | null
      readonly last_fetch: {
        readonly at: string
        readonly outcome: 'read' | 'failed'
        readonly cause: string | null
        readonly skipped: number | null
      } | null
    }
  }
  /** See an app. */
  'GET /v1/apps/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly user_type: string | null
      readonly longest_session_seconds: number
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
      readonly jwks_uri: string | null
      readonly last_fetch: {
        readonly at: string
        readonly outcome: 'read' | 'failed'
        readonly cause: string | null
        readonly skipped: number | null
      } | null
    }
  }
  /** Change an app. With If-Match, only the version that it names. */
  'PATCH /v1/apps/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly user_type?: string | null
      readonly longest_session_seconds?: number
      readonly jwks_uri?: string | null
      readonly name?: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly user_type: string | null
      readonly longest_session_seconds: number
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
      readonly jwks_uri: string | null
      readonly last_fetch: {
        readonly at: string
        readonly outcome: 'read' | 'failed'
        readonly cause: string | null
        readonly skipped: number | null
      } | null
    }
  }
  /** Say what the exchange would say of an assertion, step by step, with what was expected and what was found. No nonce is used up, nobody is made and nothing is written. */
  'POST /v1/apps/{id}/check-assertion': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly assertion: string
      readonly form?: 'current' | 'older'
      readonly device_id?: string
    }
    readonly answer: {
      readonly accepted: boolean
      readonly steps: readonly {
        readonly step: number
        readonly name: 'sign_in_at_app' | 'authenticate_at_app' | 'ask_for_nonce' | 'get_nonce' | 'sign_assertion' | 'get_session' | 'hand_over_token' | 'use_token'
        readonly outcome: 'passed' | 'failed' | 'not_reached'
        readonly detail: string
      }[]
      readonly failed: {
        readonly check: 'shape' | 'app' | 'key' | 'signature' | 'claims' | 'person' | 'nonce' | 'account'
        readonly reason: string
        readonly expected: string
        readonly found: string
      } | null
    }
  }
  /** Turn an app off. Nothing that it signs is taken any more, and every session that it began ends. */
  'POST /v1/apps/{id}/disable': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** The keys by which an app signs, or signed: those that it was given, and those of its set as it was read last. */
  'GET /v1/apps/{id}/keys': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly kid: string
        readonly algorithm: string
        readonly source: 'given' | 'key_set'
        readonly created_at: string
        readonly revoked_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Add a public key, PEM or JWK, by which an app signs. A kid is never used twice. */
  'POST /v1/apps/{id}/keys': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly kid: string
      readonly algorithm: 'RS256' | 'PS256' | 'ES256' | 'EdDSA'
      readonly key: string | { readonly [name: string]: unknown }
    }
    readonly answer: {
      readonly kid: string
      readonly algorithm: string
      readonly source: 'given' | 'key_set'
      readonly created_at: string
      readonly revoked_at: string | null
    }
  }
  /** Revoke a key of an app. Nothing that it signs is taken any more; sessions that it brought go on. */
  'POST /v1/apps/{id}/keys/{kid}/revoke': {
    readonly path: {
      readonly id: string
      readonly kid: string
    }
    readonly answer: undefined
  }
  /** List the people of an app: what it calls them, who they are here, and when it signed them in last. */
  'GET /v1/apps/{id}/people': {
    readonly path: {
      readonly id: string
    }
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly sub: string
        readonly user_id: string
        readonly username: string
        readonly source: 'made' | 'linked'
        readonly created_at: string
        readonly last_sign_in_at: string | null
      }[]
      readonly next: string | null
    }
  }
  /** Say which person here is meant by a `sub` of an app: whoever holds its keys can sign in as them. Nobody is signed in so who may more than strangers may have. */
  'POST /v1/apps/{id}/people': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly sub: string
      readonly user_id: string
    }
    readonly answer: undefined
  }
  /** An app can sign a person in no longer; the sessions of theirs that it began end. */
  'DELETE /v1/apps/{id}/people/{user}': {
    readonly path: {
      readonly id: string
      readonly user: string
    }
    readonly answer: undefined
  }
  /** Read the key set of an app at once, whenever it was read last. Keys that are not in it any more are no longer accepted. */
  'POST /v1/apps/{id}/refresh-keys': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly user_type: string | null
      readonly longest_session_seconds: number
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
      readonly jwks_uri: string | null
      readonly last_fetch: {
        readonly at: string
        readonly outcome: 'read' | 'failed'
        readonly cause: string | null
        readonly skipped: number | null
      } | null
    }
  }
  /** List the attributes that people may have. */
  'GET /v1/attributes': {
    readonly answer: {
      readonly items: readonly {
        readonly key: string
        readonly label: string
        readonly kind: 'text' | 'number' | 'yes_no' | 'date'
        readonly longest: number | null
        readonly allowed: readonly string[] | null
        readonly least: number | null
        readonly most: number | null
        readonly person_may: 'nothing' | 'see' | 'change'
        readonly required: boolean
        readonly searchable: boolean
      }[]
      readonly next: null
    }
  }
  /** Add an attribute that people may have. */
  'POST /v1/attributes': {
    readonly body: {
      readonly key: string
      readonly label: string
      readonly kind: 'text' | 'number' | 'yes_no' | 'date'
      readonly longest?: number | null
      readonly allowed?: readonly string[] | null
      readonly least?: number | null
      readonly most?: number | null
      readonly person_may?: 'nothing' | 'see' | 'change'
      readonly required?: boolean
      readonly searchable?: boolean
    }
    readonly answer: {
      readonly key: string
      readonly label: string
      readonly kind: 'text' | 'number' | 'yes_no' | 'date'
      readonly longest: number | null
      readonly allowed: readonly string[] | null
      readonly least: number | null
      readonly most: number | null
      readonly person_may: 'nothing' | 'see' | 'change'
      readonly required: boolean
      readonly searchable: boolean
    }
  }
  /** Remove an attribute and every value of it. `people` is how many have one; with another number it is refused, and the refusal says the right one. */
  'DELETE /v1/attributes/{key}': {
    readonly path: {
      readonly key: string
    }
    readonly query?: {
      readonly people?: string | undefined
    }
    readonly answer: undefined
  }
  /** See an attribute, and how many people have a value of it. */
  'GET /v1/attributes/{key}': {
    readonly path: {
      readonly key: string
    }
    readonly answer: {
      readonly key: string
      readonly label: string
      readonly kind: 'text' | 'number' | 'yes_no' | 'date'
      readonly longest: number | null
      readonly allowed: readonly string[] | null
      readonly least: number | null
      readonly most: number | null
      readonly person_may: 'nothing' | 'see' | 'change'
      readonly required: boolean
      readonly searchable: boolean
      readonly people: number
    }
  }
  /** Change an attribute, except for its key and its kind. Values that people have stay as they are. */
  'PATCH /v1/attributes/{key}': {
    readonly path: {
      readonly key: string
    }
    readonly body: {
      readonly label?: string
      readonly longest?: number | null
      readonly allowed?: readonly string[] | null
      readonly least?: number | null
      readonly most?: number | null
      readonly person_may?: 'nothing' | 'see' | 'change'
      readonly required?: boolean
      readonly searchable?: boolean
    }
    readonly answer: {
      readonly key: string
      readonly label: string
      readonly kind: 'text' | 'number' | 'yes_no' | 'date'
      readonly longest: number | null
      readonly allowed: readonly string[] | null
      readonly least: number | null
      readonly most: number | null
      readonly person_may: 'nothing' | 'see' | 'change'
      readonly required: boolean
      readonly searchable: boolean
    }
  }
  /** List the devices one is bound to; with all=true and devices:read, every device. */
  'GET /v1/devices': {
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
      readonly all?: 'true' | 'false' | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly uid: string
        readonly name: string
        readonly product: string
        readonly state: string
        readonly online: boolean
        readonly relation: string | null
        readonly created_at: string
        readonly bound_at: string | null
        readonly last_seen_at: string | null
      }[]
      readonly next: string | null
    }
  }
  /** Register a device with the public key it made. */
  'POST /v1/devices': {
    readonly body: {
      readonly name: string
      readonly product: string
      readonly uid?: string
      readonly key: { readonly [name: string]: unknown }
    }
    readonly answer: {
      readonly uid: string
      readonly name: string
      readonly product: string
      readonly state: string
      readonly online: boolean
      readonly relation: string | null
      readonly created_at: string
      readonly bound_at: string | null
      readonly last_seen_at: string | null
    }
  }
  /** Become the owner of a device by the code it shows, or the printed one while it is connected. */
  'POST /v1/devices/claims': {
    readonly body: {
      readonly uid: string
      readonly code: string
    }
    readonly answer: {
      readonly uid: string
      readonly name: string
      readonly product: string
      readonly state: string
      readonly online: boolean
      readonly relation: string | null
      readonly created_at: string
      readonly bound_at: string | null
      readonly last_seen_at: string | null
    }
  }
  /** See a device. */
  'GET /v1/devices/{uid}': {
    readonly path: {
      readonly uid: string
    }
    readonly answer: {
      readonly uid: string
      readonly name: string
      readonly product: string
      readonly state: string
      readonly online: boolean
      readonly relation: string | null
      readonly created_at: string
      readonly bound_at: string | null
      readonly last_seen_at: string | null
    }
  }
  /** Whether the device has been bound since: for the device itself. */
  'GET /v1/devices/{uid}/binding': {
    readonly path: {
      readonly uid: string
    }
    readonly answer: {
      readonly state: 'waiting' | 'bound' | 'over'
    }
  }
  /** Begin for a device without a screen to be bound, as RFC 8628 does it: the device tells the code somehow, its person types it into the page `/device` of this server, and the device asks until they have decided. */
  'POST /v1/devices/{uid}/binding': {
    readonly path: {
      readonly uid: string
    }
    readonly answer: {
      readonly user_code: string
      readonly verification_uri: string
      readonly verification_uri_complete: string
      readonly expires_in: number
      readonly interval: number
    }
  }
  /** Give a device up: every share ends, and what was subscribed to by it. */
  'DELETE /v1/devices/{uid}/claim': {
    readonly path: {
      readonly uid: string
    }
    readonly answer: undefined
  }
  /** Make a claim code: the device for itself to show, or the maker to print. */
  'POST /v1/devices/{uid}/claim': {
    readonly path: {
      readonly uid: string
    }
    readonly answer: {
      readonly uid: string
      readonly code: string
      readonly expires_at: string
    }
  }
  /** Command the device and wait for its reply. What an agent was not let send, its person is asked for: the answer is 202, and what becomes of it is at `/v1/approvals/{id}`. */
  'POST /v1/devices/{uid}/commands/{method}': {
    readonly path: {
      readonly uid: string
      readonly method: string
    }
    readonly body: {
      readonly payload?: unknown
      readonly timeout?: number
    }
    readonly answer: {
      readonly id: string
      readonly status: number
      readonly payload: unknown
    } | {
      readonly id: string
      readonly state: 'waiting' | 'over' | 'denied' | 'sent' | 'answered' | 'failed'
      readonly device: string
      readonly device_name: string
      readonly method: string
      readonly payload: unknown
      readonly application: string
      readonly application_name: string
      readonly address: string
      readonly region: string | null
      readonly user_agent: string | null
      readonly created_at: string
      readonly expires_at: string
      readonly decided_at: string | null
      readonly reply: {
        readonly status: number
        readonly payload: unknown
      } | null
      readonly failure: string | null
    }
  }
  /** Whether the device is connected now, since when and from where. */
  'GET /v1/devices/{uid}/connections': {
    readonly path: {
      readonly uid: string
    }
    readonly answer: {
      readonly online: boolean
      readonly since: string | null
      readonly address: string | null
      readonly protocol: string | null
    }
  }
  /** The keys a device has or had. */
  'GET /v1/devices/{uid}/keys': {
    readonly path: {
      readonly uid: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly kid: string
        readonly algorithm: string
        readonly created_at: string
        readonly expires_at: string | null
        readonly revoked_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Give a device one more key, by the maker or by the device itself. */
  'POST /v1/devices/{uid}/keys': {
    readonly path: {
      readonly uid: string
    }
    readonly body: {
      readonly key: { readonly [name: string]: unknown }
    }
    readonly answer: {
      readonly kid: string
    }
  }
  /** End a key; a device that is connected by it is disconnected. */
  'DELETE /v1/devices/{uid}/keys/{kid}': {
    readonly path: {
      readonly uid: string
      readonly kid: string
    }
    readonly answer: undefined
  }
  /** The log lines of the device, newest first. */
  'GET /v1/devices/{uid}/logs': {
    readonly path: {
      readonly uid: string
    }
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly received_at: string
        readonly level: string
        readonly message: string
      }[]
      readonly next: string | null
    }
  }
  /** Send a log line, as the device. */
  'POST /v1/devices/{uid}/logs': {
    readonly path: {
      readonly uid: string
    }
    readonly body: {
      readonly level?: 'debug' | 'info' | 'warning' | 'error'
      readonly message: string
    }
    readonly answer: unknown
  }
  /** Who the device is shared with now. */
  'GET /v1/devices/{uid}/shares': {
    readonly path: {
      readonly uid: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly subject: string
        readonly username: string | null
        readonly relation: string
        readonly until: string | null
      }[]
      readonly next: null
    }
  }
  /** Let another user view or control the device. */
  'POST /v1/devices/{uid}/shares': {
    readonly path: {
      readonly uid: string
    }
    readonly body: {
      readonly username: string
      readonly relation: 'viewer' | 'controller'
      readonly until?: string | null
    }
    readonly answer: {
      readonly subject: string
      readonly username: string | null
      readonly relation: string
      readonly until: string | null
    }
  }
  /** Take a share back, or give up one’s own. */
  'DELETE /v1/devices/{uid}/shares/{subject}': {
    readonly path: {
      readonly uid: string
      readonly subject: string
    }
    readonly answer: undefined
  }
  /** The shadow of the device: what it reports and what is desired of it. */
  'GET /v1/devices/{uid}/state': {
    readonly path: {
      readonly uid: string
    }
    readonly answer: {
      readonly reported: { readonly [name: string]: unknown }
      readonly desired: { readonly [name: string]: unknown }
      readonly delta: { readonly [name: string]: unknown }
      readonly version: number
      readonly updated_at: string | null
    }
  }
  /** Change the shadow by a merge patch (RFC 7396): the device what it reports, its controllers what they desire. With If-Match, only the version that it names. */
  'PATCH /v1/devices/{uid}/state': {
    readonly path: {
      readonly uid: string
    }
    readonly body: {
      readonly desired?: unknown
      readonly reported?: unknown
    }
    readonly answer: {
      readonly reported: { readonly [name: string]: unknown }
      readonly desired: { readonly [name: string]: unknown }
      readonly delta: { readonly [name: string]: unknown }
      readonly version: number
      readonly updated_at: string | null
    }
  }
  /** What the device has sent, newest first. */
  'GET /v1/devices/{uid}/telemetry': {
    readonly path: {
      readonly uid: string
    }
    readonly query?: {
      readonly stream?: string | undefined
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly stream: string
        readonly received_at: string
        readonly payload: unknown
      }[]
      readonly next: string | null
    }
  }
  /** Send telemetry, as the device. It is given back byte for byte. */
  'POST /v1/devices/{uid}/telemetry': {
    readonly path: {
      readonly uid: string
    }
    readonly query?: {
      readonly stream?: string | undefined
    }
    readonly body: unknown
    readonly answer: unknown
  }
  /** Set the password of an invited user. Works once, and does not sign in. */
  'POST /v1/invitations/accept': {
    readonly body: {
      readonly invitation: string
      readonly password: string
    }
    readonly answer: {
      readonly username: string
    }
  }
  /** What every process does unasked: when it last ran, how long it took, when it runs next, and whether it failed. */
  'GET /v1/jobs': {
    readonly answer: {
      readonly items: readonly {
        readonly name: string
        readonly host: string
        readonly pid: number
        readonly every_ms: number
        readonly running: boolean
        readonly last_run_at: string | null
        readonly took_ms: number | null
        readonly next_at: string | null
        readonly last_error: string | null
        readonly failing_since: string | null
      }[]
      readonly next: null
    }
  }
  /** Run a job now, at the process that is asked, and answer when it has ended. */
  'POST /v1/jobs/{name}/run': {
    readonly path: {
      readonly name: string
    }
    readonly answer: {
      readonly name: string
      readonly host: string
      readonly pid: number
      readonly every_ms: number
      readonly running: boolean
      readonly last_run_at: string | null
      readonly took_ms: number | null
      readonly next_at: string | null
      readonly last_error: string | null
      readonly failing_since: string | null
    }
  }
  /** List the signing keys, without their private halves. */
  'GET /v1/keys': {
    readonly answer: {
      readonly items: readonly {
        readonly kid: string
        readonly algorithm: string
        readonly status: string
        readonly created_at: string
        readonly activated_at: string | null
        readonly retired_at: string | null
        readonly revoked_at: string | null
        readonly api_keys: number
        readonly api_keys_until: string | null
      }[]
      readonly next: null
    }
  }
  /** Who fetched a key set in the last 30 days: networks and programs, the latest first. */
  'GET /v1/keys/fetches': {
    readonly answer: {
      readonly items: readonly {
        readonly key_set: string
        readonly network: string | null
        readonly user_agent: string
        readonly key_ids: readonly string[]
        readonly first_at: string
        readonly last_at: string
      }[]
      readonly next: null
    }
  }
  /** Sign with the next key from now on; the old one verifies until its last token has expired. Refused while somebody who verifies has not fetched the next key, unless `force` is set. */
  'POST /v1/keys/rotate': {
    readonly query?: {
      readonly force?: 'true' | 'false' | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly kid: string
        readonly algorithm: string
        readonly status: string
        readonly created_at: string
        readonly activated_at: string | null
        readonly retired_at: string | null
        readonly revoked_at: string | null
        readonly api_keys: number
        readonly api_keys_until: string | null
      }[]
      readonly next: null
    }
  }
  /** What a rotation would mean now: who has fetched the set in the last seven days, and not the next key. */
  'GET /v1/keys/rotation': {
    readonly answer: {
      readonly active_kid: string | null
      readonly next_kid: string | null
      readonly next_since: string | null
      readonly due_at: string | null
      readonly api_keys: number
      readonly api_keys_until: string | null
      readonly ready: number
      readonly cut_off: readonly {
        readonly key_set: string
        readonly network: string | null
        readonly user_agent: string
        readonly key_ids: readonly string[]
        readonly first_at: string
        readonly last_at: string
      }[]
      readonly incomplete: boolean
    }
  }
  /** End a key at once: it leaves the key set, and every token that it has signed is refused. API keys that it has signed are revoked. */
  'POST /v1/keys/{kid}/revoke': {
    readonly path: {
      readonly kid: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly kid: string
        readonly algorithm: string
        readonly status: string
        readonly created_at: string
        readonly activated_at: string | null
        readonly retired_at: string | null
        readonly revoked_at: string | null
        readonly api_keys: number
        readonly api_keys_until: string | null
      }[]
      readonly next: null
      readonly api_keys_ended: number
    }
  }
  /** Sign in with user name and password. With `resource`, the access token is for the service with that audience. With `cookie`, the name of an application, the refresh token comes in a cookie that no script can read; for pages of this server only. */
  'POST /v1/login': {
    readonly body: {
      readonly username: string
      readonly password: string
      readonly cookie?: string
      readonly resource?: string
      readonly ask_factor?: boolean
    }
    readonly answer: {
      readonly access_token: string
      readonly token_type: 'Bearer' | 'DPoP'
      readonly expires_in: number
      readonly refresh_token?: string
      readonly session_id: string
      readonly username: string
      readonly recovery_codes?: readonly string[]
    }
  }
  /** Set up an authenticator at a sign-in that asks to enrol one; asked again, the answer is the same. Its first code then answers the challenge. */
  'POST /v1/login/enrol': {
    readonly body: {
      readonly challenge: string
    }
    readonly answer: {
      readonly secret: string
      readonly link: string
      readonly expires_at: string
    }
  }
  /** The second step of a sign-in: answer the `challenge` of `factor_required` by a code, of an authenticator or for recovery, in which blanks and dashes do not count, or by a passkey (`AuthenticationResponseJSON` of its `public_key`). A challenge to enrol is answered by the first code of the authenticator, or by a new passkey (`RegistrationResponseJSON` of its `public_key`). */
  'POST /v1/login/factor': {
    readonly body: {
      readonly challenge: string
      readonly cookie?: string
      readonly resource?: string
      readonly remember?: boolean
      readonly code: string
    } | {
      readonly challenge: string
      readonly cookie?: string
      readonly resource?: string
      readonly remember?: boolean
      readonly credential: {
        readonly id: string
        readonly type: 'public-key'
        readonly response: {
          readonly clientDataJSON: string
          readonly authenticatorData: string
          readonly signature: string
          readonly userHandle?: string | null
        }
      }
    } | {
      readonly challenge: string
      readonly cookie?: string
      readonly resource?: string
      readonly remember?: boolean
      readonly new_credential: {
        readonly id: string
        readonly type: 'public-key'
        readonly response: {
          readonly clientDataJSON: string
          readonly attestationObject: string
          readonly transports?: readonly string[]
        }
      }
    }
    readonly answer: {
      readonly access_token: string
      readonly token_type: 'Bearer' | 'DPoP'
      readonly expires_in: number
      readonly refresh_token?: string
      readonly session_id: string
      readonly username: string
      readonly recovery_codes?: readonly string[]
    }
  }
  /** Sign in with a passkey (`AuthenticationResponseJSON`), which is two factors. With `resource`, the access token is for the service with that audience. With `cookie`, the refresh token comes in a cookie as of `/v1/login`. */
  'POST /v1/login/passkey': {
    readonly body: {
      readonly credential: {
        readonly id: string
        readonly type: 'public-key'
        readonly response: {
          readonly clientDataJSON: string
          readonly authenticatorData: string
          readonly signature: string
          readonly userHandle?: string | null
        }
      }
      readonly cookie?: string
      readonly resource?: string
    }
    readonly answer: {
      readonly access_token: string
      readonly token_type: 'Bearer' | 'DPoP'
      readonly expires_in: number
      readonly refresh_token?: string
      readonly session_id: string
      readonly username: string
      readonly recovery_codes?: readonly string[]
    }
  }
  /** What a browser signs in by, with a passkey and without a user name (`PublicKeyCredentialRequestOptionsJSON`, WebAuthn Level 3), for ten minutes. */
  'POST /v1/login/passkey/options': {
    readonly body: { readonly [name: string]: never }
    readonly answer: {
      readonly public_key: {
        readonly challenge: string
        readonly timeout: number
        readonly rpId: string
        readonly allowCredentials: readonly {
          readonly type: 'public-key'
          readonly id: string
          readonly transports: readonly string[]
        }[]
        readonly userVerification: 'required' | 'preferred'
      }
    }
  }
  /** End the session of the token that is sent; every verifier refuses its tokens within a second. A cookie with a refresh token of that session is removed. */
  'POST /v1/logout': {
    readonly answer: undefined
  }
  /** Who the caller is. */
  'GET /v1/me': {
    readonly answer: {
      readonly id: string
      readonly username: string
      readonly display_name: string | null
      readonly user_type: string
      readonly created_at: string
      readonly last_sign_in_at: string | null
      readonly disabled_at: string | null
      readonly delete_at: string | null
      readonly version: number
      readonly permissions: readonly string[]
      readonly acted_by: {
        readonly id: string
        readonly username: string | null
      } | null
    }
  }
  /** What the log has of the caller’s own doings, newest first. What somebody has done who acts as the caller has `acted_by` and `acted_by_name` among its details. */
  'GET /v1/me/activity': {
    readonly query?: {
      readonly event?: string | undefined
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly seq: number | null
        readonly at: string
        readonly event: string
        readonly outcome: 'success' | 'refused' | 'failure' | 'alarm'
        readonly reason: string | null
        readonly subject: string | null
        readonly subject_kind: string | null
        readonly target: string | null
        readonly target_kind: string | null
        readonly address: string | null
        readonly region: string | null
        readonly region_date: string | null
        readonly client_id: string | null
        readonly session_id: string | null
        readonly request_id: string | null
        readonly details: { readonly [name: string]: unknown }
      }[]
      readonly next: string | null
    }
  }
  /** List one’s own addresses of mail, the primary one first. */
  'GET /v1/me/addresses': {
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly address: string
        readonly primary: boolean
        readonly created_at: string
        readonly proven_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Add an address of mail to one’s own account. A link is sent to it, by which it is proven; the answer is the same whether or not another account has it. */
  'POST /v1/me/addresses': {
    readonly body: {
      readonly address: string
      readonly current_password: string
    }
    readonly answer: {
      readonly id: string
      readonly address: string
      readonly primary: boolean
      readonly created_at: string
      readonly proven_at: string | null
    }
  }
  /** Make a proven address of one’s own the one that notices go to. The one before is told. */
  'POST /v1/me/addresses/{address}/make-primary': {
    readonly path: {
      readonly address: string
    }
    readonly body: {
      readonly current_password: string
    }
    readonly answer: {
      readonly id: string
      readonly address: string
      readonly primary: boolean
      readonly created_at: string
      readonly proven_at: string | null
    }
  }
  /** Remove one of one’s own addresses; the primary one last. */
  'POST /v1/me/addresses/{address}/remove': {
    readonly path: {
      readonly address: string
    }
    readonly body: {
      readonly current_password: string
    }
    readonly answer: undefined
  }
  /** Send the link again by which one’s own address is proven. */
  'POST /v1/me/addresses/{address}/send-proof': {
    readonly path: {
      readonly address: string
    }
    readonly answer: undefined
  }
  /** List the applications that one has let in, what they may do, and whether they do it now. */
  'GET /v1/me/applications': {
    readonly answer: {
      readonly items: readonly {
        readonly application: string
        readonly name: string
        readonly type: 'web' | 'browser' | 'native' | 'agent' | null
        readonly consents: readonly {
          readonly resource: string | null
          readonly scopes: readonly string[]
          readonly authorization_details: readonly {
            readonly type: 'device'
            readonly identifier: string
            readonly actions: readonly ('view' | 'control')[]
            readonly methods?: readonly string[]
            readonly expires_at?: number
          }[] | null
          readonly given_at: string
        }[]
        readonly sessions: number
        readonly last_used_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Take back what an application may do: its sessions end everywhere within a second, and it has to ask again. */
  'DELETE /v1/me/applications/{application}': {
    readonly path: {
      readonly application: string
    }
    readonly answer: undefined
  }
  /** List the commands that agents have asked one for, the newest first: 50 at most, of the last seven days. */
  'GET /v1/me/approvals': {
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly state: 'waiting' | 'over' | 'denied' | 'sent' | 'answered' | 'failed'
        readonly device: string
        readonly device_name: string
        readonly method: string
        readonly payload: unknown
        readonly application: string
        readonly application_name: string
        readonly address: string
        readonly region: string | null
        readonly user_agent: string | null
        readonly created_at: string
        readonly expires_at: string
        readonly decided_at: string | null
        readonly reply: {
          readonly status: number
          readonly payload: unknown
        } | null
        readonly failure: string | null
      }[]
      readonly next: null
    }
  }
  /** Allow one command that an agent has asked for. It is confirmed by a passkey (`AuthenticationResponseJSON`); whoever has no passkey signs in again after the agent has asked. The command is sent at once, and the answer holds the reply of the device. */
  'POST /v1/me/approvals/{id}/allow': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly passkey?: {
        readonly id: string
        readonly type: 'public-key'
        readonly response: {
          readonly clientDataJSON: string
          readonly authenticatorData: string
          readonly signature: string
          readonly userHandle?: string | null
        }
      }
    }
    readonly answer: {
      readonly id: string
      readonly state: 'waiting' | 'over' | 'denied' | 'sent' | 'answered' | 'failed'
      readonly device: string
      readonly device_name: string
      readonly method: string
      readonly payload: unknown
      readonly application: string
      readonly application_name: string
      readonly address: string
      readonly region: string | null
      readonly user_agent: string | null
      readonly created_at: string
      readonly expires_at: string
      readonly decided_at: string | null
      readonly reply: {
        readonly status: number
        readonly payload: unknown
      } | null
      readonly failure: string | null
    }
  }
  /** Refuse a command that an agent has asked for. */
  'POST /v1/me/approvals/{id}/deny': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** What a browser confirms a command by (`PublicKeyCredentialRequestOptionsJSON`), for this one command; null for somebody without a passkey, who signs in again instead. */
  'POST /v1/me/approvals/{id}/options': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly public_key: {
        readonly challenge: string
        readonly timeout: number
        readonly rpId: string
        readonly allowCredentials: readonly {
          readonly type: 'public-key'
          readonly id: string
          readonly transports: readonly string[]
        }[]
        readonly userVerification: 'required' | 'preferred'
      } | null
    }
  }
  /** The attributes that one may see, with one’s own values. */
  'GET /v1/me/attributes': {
    readonly answer: {
      readonly items: readonly {
        readonly key: string
        readonly label: string
        readonly kind: 'text' | 'number' | 'yes_no' | 'date'
        readonly longest: number | null
        readonly allowed: readonly string[] | null
        readonly least: number | null
        readonly most: number | null
        readonly person_may: 'nothing' | 'see' | 'change'
        readonly required: boolean
        readonly searchable: boolean
        readonly value: string | number | boolean | null
      }[]
      readonly next: null
    }
  }
  /** Set values of one’s own, where one may; null takes one away, and what is not named stays. */
  'PATCH /v1/me/attributes': {
    readonly body: { readonly [name: string]: string | number | boolean | null }
    readonly answer: {
      readonly items: readonly {
        readonly key: string
        readonly label: string
        readonly kind: 'text' | 'number' | 'yes_no' | 'date'
        readonly longest: number | null
        readonly allowed: readonly string[] | null
        readonly least: number | null
        readonly most: number | null
        readonly person_may: 'nothing' | 'see' | 'change'
        readonly required: boolean
        readonly searchable: boolean
        readonly value: string | number | boolean | null
      }[]
      readonly next: null
    }
  }
  /** Download all that is held about oneself. It takes a sign-in of the last five minutes, and one is told of it by mail. */
  'POST /v1/me/data': {
    readonly answer: unknown
  }
  /** The second factors of one’s own account, and whether one is required. */
  'GET /v1/me/factors': {
    readonly answer: {
      readonly in_force: boolean
      readonly required: boolean
      readonly due_at: string | null
      readonly authenticator: {
        readonly created_at: string
        readonly last_used_at: string | null
      } | null
      readonly passkeys: readonly {
        readonly id: string
        readonly name: string
        readonly model: string | null
        readonly created_at: string
        readonly last_used_at: string | null
        readonly is_backed_up: boolean
        readonly is_factor: boolean
      }[]
      readonly recovery_codes: number
      readonly remembered_browsers: number
    }
  }
  /** Remove the authenticator, and with the last factor the recovery codes. Every other session ends. */
  'DELETE /v1/me/factors/authenticator': {
    readonly answer: undefined
  }
  /** Set up an authenticator (RFC 6238). Asked again within 15 minutes, the answer is the same. One in force stays in force until a code of the new one is confirmed. */
  'POST /v1/me/factors/authenticator': {
    readonly answer: {
      readonly secret: string
      readonly link: string
      readonly expires_at: string
    }
  }
  /** Put the authenticator in force that this session has set up, by a code of it. Every other session of the account ends. */
  'POST /v1/me/factors/authenticator/confirm': {
    readonly body: {
      readonly code: string
    }
    readonly answer: {
      readonly recovery_codes: readonly string[] | null
    }
  }
  /** Forget the browsers in which the password was enough: each asks for the second factor again. */
  'POST /v1/me/factors/forget-browsers': {
    readonly answer: undefined
  }
  /** Make new recovery codes; those before end. */
  'POST /v1/me/factors/recovery-codes': {
    readonly answer: {
      readonly recovery_codes: readonly string[]
    }
  }
  /** The identities of providers by which one signs in to one’s own account. */
  'GET /v1/me/identities': {
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly provider: string | null
        readonly provider_name: string | null
        readonly is_usable: boolean
        readonly issuer: string
        readonly subject: string
        readonly label: string | null
        readonly created_at: string
        readonly last_used_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Begin to link a sign-in at a provider to one’s own account, with a sign-in here not longer ago than five minutes. The browser, which has a cookie then, goes to the address that comes. */
  'POST /v1/me/identities': {
    readonly body: {
      readonly provider: string
    }
    readonly answer: {
      readonly location: string
    }
  }
  /** Unlink an identity from one’s own account, with a sign-in not longer ago than five minutes. Every other session that it began ends. The last way to sign in stays. */
  'DELETE /v1/me/identities/{identity}': {
    readonly path: {
      readonly identity: string
    }
    readonly answer: undefined
  }
  /** The passkeys of one’s own account, and what a browser has to know to keep them up to date. */
  'GET /v1/me/passkeys': {
    readonly answer: {
      readonly rp_id: string
      readonly user_handle: string
      readonly username: string
      readonly display_name: string
      readonly passkeys: readonly {
        readonly id: string
        readonly name: string
        readonly model: string | null
        readonly created_at: string
        readonly last_used_at: string | null
        readonly is_backed_up: boolean
        readonly is_factor: boolean
        readonly credential_id: string
      }[]
      readonly most: number
    }
  }
  /** Take a passkey that a browser has made (`RegistrationResponseJSON`): it signs in, a sign-in by password asks for it, and every other session ends. One that was made without a prompt only signs in. */
  'POST /v1/me/passkeys': {
    readonly body: {
      readonly credential: {
        readonly id: string
        readonly type: 'public-key'
        readonly response: {
          readonly clientDataJSON: string
          readonly attestationObject: string
          readonly transports?: readonly string[]
        }
      }
      readonly name?: string
    }
    readonly answer: {
      readonly passkey: {
        readonly id: string
        readonly name: string
        readonly model: string | null
        readonly created_at: string
        readonly last_used_at: string | null
        readonly is_backed_up: boolean
        readonly is_factor: boolean
        readonly credential_id: string
      }
      readonly recovery_codes: readonly string[] | null
    }
  }
  /** What a browser makes a passkey by (`PublicKeyCredentialCreationOptionsJSON`, WebAuthn Level 3), for this session and ten minutes. */
  'POST /v1/me/passkeys/options': {
    readonly body: {
      readonly conditional?: boolean
    }
    readonly answer: {
      readonly public_key: {
        readonly rp: {
          readonly id: string
          readonly name: string
        }
        readonly user: {
          readonly id: string
          readonly name: string
          readonly displayName: string
        }
        readonly challenge: string
        readonly pubKeyCredParams: readonly {
          readonly type: 'public-key'
          readonly alg: number
        }[]
        readonly timeout: number
        readonly excludeCredentials: readonly {
          readonly type: 'public-key'
          readonly id: string
          readonly transports: readonly string[]
        }[]
        readonly authenticatorSelection: {
          readonly residentKey: 'required'
          readonly requireResidentKey: true
          readonly userVerification: 'required' | 'preferred'
        }
        readonly attestation: 'none'
      }
    }
  }
  /** Remove a passkey, and with the last factor the recovery codes. Every other session ends. */
  'DELETE /v1/me/passkeys/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** Give one of one’s own passkeys another name. */
  'PATCH /v1/me/passkeys/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly name: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly model: string | null
      readonly created_at: string
      readonly last_used_at: string | null
      readonly is_backed_up: boolean
      readonly is_factor: boolean
      readonly credential_id: string
    }
  }
  /** Change one’s own password. Every other session of the account ends. */
  'POST /v1/me/password': {
    readonly body: {
      readonly current_password: string
      readonly password: string
    }
    readonly answer: undefined
  }
  /** The provider that the present session began at, and where one signs out there too; null where there is none. */
  'GET /v1/me/provider': {
    readonly answer: {
      readonly provider: {
        readonly key: string
        readonly name: string
        readonly sign_out_url: string | null
      } | null
    }
  }
  /** List one’s own live sessions, newest first. */
  'GET /v1/me/sessions': {
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly created_at: string
        readonly last_used_at: string
        readonly address: string
        readonly region: string | null
        readonly user_agent: string | null
        readonly amr: readonly string[]
        readonly acted_by: {
          readonly id: string
          readonly username: string | null
        } | null
        readonly current: boolean
      }[]
      readonly next: null
    }
  }
  /** End all of one’s own sessions but the one of this request. */
  'POST /v1/me/sessions/end-others': {
    readonly answer: undefined
  }
  /** End one of one’s own sessions: its tokens are refused everywhere within a second. */
  'DELETE /v1/me/sessions/{session}': {
    readonly path: {
      readonly session: string
    }
    readonly answer: undefined
  }
  /** Whether a user has a permission, or may do something with a device, and why: by the functions that decide when they do it. */
  'POST /v1/permissions/check': {
    readonly body: {
      readonly subject: string
      readonly permission?: 'users:read' | 'users:write' | 'users:data' | 'users:act-as' | 'user-types:write' | 'attributes:write' | 'api-keys:write' | 'permissions:check' | 'services:read' | 'services:write' | 'applications:read' | 'applications:write' | 'apps:read' | 'apps:write' | 'providers:read' | 'providers:write' | 'keys:read' | 'keys:write' | 'tokens:revoke' | 'activity:read' | 'activity:backup' | 'activity:hold' | 'alarms:write' | 'webhooks:write' | 'jobs:run' | 'devices:read' | 'devices:write' | 'devices:bind' | 'devices:view' | 'devices:control'
      readonly action?: 'view' | 'control' | 'own'
      readonly device?: string
    }
    readonly answer: {
      readonly allowed: boolean
      readonly reason: 'allowed' | 'account_disabled' | 'permission_missing' | 'permission_denied' | 'authority_missing' | 'not_related' | 'not_allowed_by_relation'
      readonly permission: string | null
      readonly relation: string | null
      readonly rule: {
        readonly kind: 'user_type'
        readonly user_type: string
      } | {
        readonly kind: 'service'
      } | {
        readonly kind: 'grant' | 'denial'
        readonly id: string
        readonly reason: string
        readonly until: string | null
      } | null
    }
  }
  /** Who has a permission, or may do something with a device, and by which rule. A page may be short, and the next one go on. */
  'GET /v1/permissions/holders': {
    readonly query?: {
      readonly permission?: 'users:read' | 'users:write' | 'users:data' | 'users:act-as' | 'user-types:write' | 'attributes:write' | 'api-keys:write' | 'permissions:check' | 'services:read' | 'services:write' | 'applications:read' | 'applications:write' | 'apps:read' | 'apps:write' | 'providers:read' | 'providers:write' | 'keys:read' | 'keys:write' | 'tokens:revoke' | 'activity:read' | 'activity:backup' | 'activity:hold' | 'alarms:write' | 'webhooks:write' | 'jobs:run' | 'devices:read' | 'devices:write' | 'devices:bind' | 'devices:view' | 'devices:control' | undefined
      readonly action?: 'view' | 'control' | 'own' | undefined
      readonly device?: string | undefined
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly username: string | null
        readonly relation: string | null
        readonly rule: {
          readonly kind: 'user_type'
          readonly user_type: string
        } | {
          readonly kind: 'service'
        } | {
          readonly kind: 'grant' | 'denial'
          readonly id: string
          readonly reason: string
          readonly until: string | null
        } | null
      }[]
      readonly next: string | null
    }
  }
  /** What a person may do: every permission with the rule that decides, and their devices. By id, or by user name for callers who see users. */
  'GET /v1/permissions/of': {
    readonly query?: {
      readonly subject?: string | undefined
      readonly username?: string | undefined
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly id: string
      readonly username: string | null
      readonly enabled: boolean
      readonly permissions: readonly {
        readonly permission: string
        readonly allowed: boolean
        readonly rule: {
          readonly kind: 'user_type'
          readonly user_type: string
        } | {
          readonly kind: 'service'
        } | {
          readonly kind: 'grant' | 'denial'
          readonly id: string
          readonly reason: string
          readonly until: string | null
        }
      }[]
      readonly devices: readonly {
        readonly uid: string
        readonly name: string | null
        readonly relation: string | null
        readonly actions: readonly ('view' | 'control' | 'own')[]
      }[]
      readonly next: string | null
    }
  }
  /** List the providers whose settings are known already. */
  'GET /v1/provider-presets': {
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly name: string
        readonly issuer: string | null
        readonly authentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'apple'
        readonly scopes: readonly string[]
        readonly response_mode: 'query' | 'form_post'
      }[]
      readonly next: null
    }
  }
  /** List the OpenID providers at which people sign in, and those that are disabled. */
  'GET /v1/providers': {
    readonly answer: {
      readonly items: readonly {
        readonly key: string
        readonly name: string
        readonly issuer: string
        readonly client_id: string
        readonly authentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'apple'
        readonly has_secret: boolean
        readonly team_id: string | null
        readonly key_id: string | null
        readonly scopes: readonly string[]
        readonly response_mode: 'query' | 'form_post'
        readonly user_type: string | null
        readonly email_domains: readonly string[]
        readonly username_claim: string | null
        readonly display_name_claim: string | null
        readonly factor_amr: readonly string[]
        readonly factor_acr: readonly string[]
        readonly redirect_uri: string
        readonly identities: number
        readonly version: number
        readonly created_at: string
        readonly disabled_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Add an OpenID provider. With a user type, people are made when they come for the first time; without, only those sign in who have linked an identity of it. */
  'POST /v1/providers': {
    readonly body: {
      readonly authentication?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'apple'
      readonly client_secret?: string
      readonly team_id?: string | null
      readonly key_id?: string | null
      readonly scopes?: readonly string[]
      readonly response_mode?: 'query' | 'form_post'
      readonly user_type?: string | null
      readonly email_domains?: readonly string[]
      readonly username_claim?: string | null
      readonly display_name_claim?: string | null
      readonly factor_amr?: readonly string[]
      readonly factor_acr?: readonly string[]
      readonly key: string
      readonly name: string
      readonly issuer: string
      readonly client_id: string
    }
    readonly answer: {
      readonly key: string
      readonly name: string
      readonly issuer: string
      readonly client_id: string
      readonly authentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'apple'
      readonly has_secret: boolean
      readonly team_id: string | null
      readonly key_id: string | null
      readonly scopes: readonly string[]
      readonly response_mode: 'query' | 'form_post'
      readonly user_type: string | null
      readonly email_domains: readonly string[]
      readonly username_claim: string | null
      readonly display_name_claim: string | null
      readonly factor_amr: readonly string[]
      readonly factor_acr: readonly string[]
      readonly redirect_uri: string
      readonly identities: number
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
    }
  }
  /** Remove a provider that is disabled, with every identity of it. */
  'DELETE /v1/providers/{key}': {
    readonly path: {
      readonly key: string
    }
    readonly answer: undefined
  }
  /** See a provider. */
  'GET /v1/providers/{key}': {
    readonly path: {
      readonly key: string
    }
    readonly answer: {
      readonly key: string
      readonly name: string
      readonly issuer: string
      readonly client_id: string
      readonly authentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'apple'
      readonly has_secret: boolean
      readonly team_id: string | null
      readonly key_id: string | null
      readonly scopes: readonly string[]
      readonly response_mode: 'query' | 'form_post'
      readonly user_type: string | null
      readonly email_domains: readonly string[]
      readonly username_claim: string | null
      readonly display_name_claim: string | null
      readonly factor_amr: readonly string[]
      readonly factor_acr: readonly string[]
      readonly redirect_uri: string
      readonly identities: number
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
    }
  }
  /** Change a provider, but for its issuer. With If-Match, only the version that it names. */
  'PATCH /v1/providers/{key}': {
    readonly path: {
      readonly key: string
    }
    readonly body: {
      readonly authentication?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'apple'
      readonly client_secret?: string
      readonly team_id?: string | null
      readonly key_id?: string | null
      readonly scopes?: readonly string[]
      readonly response_mode?: 'query' | 'form_post'
      readonly user_type?: string | null
      readonly email_domains?: readonly string[]
      readonly username_claim?: string | null
      readonly display_name_claim?: string | null
      readonly factor_amr?: readonly string[]
      readonly factor_acr?: readonly string[]
      readonly name?: string
      readonly client_id?: string
    }
    readonly answer: {
      readonly key: string
      readonly name: string
      readonly issuer: string
      readonly client_id: string
      readonly authentication: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'apple'
      readonly has_secret: boolean
      readonly team_id: string | null
      readonly key_id: string | null
      readonly scopes: readonly string[]
      readonly response_mode: 'query' | 'form_post'
      readonly user_type: string | null
      readonly email_domains: readonly string[]
      readonly username_claim: string | null
      readonly display_name_claim: string | null
      readonly factor_amr: readonly string[]
      readonly factor_acr: readonly string[]
      readonly redirect_uri: string
      readonly identities: number
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
    }
  }
  /** Disable a provider: nobody signs in there any more, and every session that began there ends. */
  'POST /v1/providers/{key}/disable': {
    readonly path: {
      readonly key: string
    }
    readonly answer: undefined
  }
  /** Enable a provider that was disabled. */
  'POST /v1/providers/{key}/enable': {
    readonly path: {
      readonly key: string
    }
    readonly answer: undefined
  }
  /** Ask for a link by which a forgotten password is replaced. The answer is the same whether or not there is such an account. */
  'POST /v1/recover': {
    readonly body: {
      readonly login: string
    }
    readonly answer: unknown
  }
  /** Set a new password by the secret of a link. Works once, ends every session of the account, and does not sign in. */
  'POST /v1/recover/complete': {
    readonly body: {
      readonly recovery: string
      readonly password: string
    }
    readonly answer: {
      readonly username: string
    }
  }
  /** Trade a refresh token for a new access token and the next refresh token. With `resource`, the access token is for the service with that audience. With `cookie` in place of the token, the one in the cookie of that application. */
  'POST /v1/refresh': {
    readonly body: {
      readonly refresh_token: string
      readonly resource?: string
    } | {
      readonly cookie: string
      readonly resource?: string
    }
    readonly answer: {
      readonly access_token: string
      readonly token_type: 'Bearer' | 'DPoP'
      readonly expires_in: number
      readonly refresh_token?: string
      readonly session_id: string
      readonly username: string
      readonly recovery_codes?: readonly string[]
    }
  }
  /** List applications that have registered by themselves, or that a document describes: equal ones once, with how many there are and when one was used last. */
  'GET /v1/registered-applications': {
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly likeness: string
        readonly id: string
        readonly name: string
        readonly type: 'web' | 'browser' | 'native' | 'agent'
        readonly made_by: 'administrator' | 'registration' | 'document'
        readonly redirect_uris: readonly string[]
        readonly count: number
        readonly last_made_at: string
        readonly last_used_at: string | null
      }[]
      readonly next: string | null
    }
  }
  /** The user types in which anybody may make an account. None at first, and where the server sends no mail. */
  'GET /v1/registrations': {
    readonly answer: {
      readonly items: readonly {
        readonly user_type: string
        readonly description: string
      }[]
      readonly next: null
    }
  }
  /** Ask for an account of one’s own. The answer is the same whether or not the address has one; a letter says what is true. */
  'POST /v1/registrations': {
    readonly body: {
      readonly address: string
      readonly user_type?: string
    }
    readonly answer: unknown
  }
  /** Make an account by the secret of a link that was mailed. Works once, and does not sign in. Where attributes are missing, the refusal has those that are `asked` for. */
  'POST /v1/registrations/complete': {
    readonly body: {
      readonly registration: string
      readonly username: string
      readonly password: string
      readonly attributes?: { readonly [name: string]: string | number | boolean | null }
    }
    readonly answer: {
      readonly id: string
      readonly username: string
    }
  }
  /** What is revoked and may still be presented. */
  'GET /v1/revocations': {
    readonly query?: {
      readonly since?: string | undefined
    }
    readonly answer: {
      readonly revocations: readonly {
        readonly key: string
        readonly revoked_at: number
        readonly expires_at: number
      }[]
      readonly complete: boolean
    }
  }
  /** Revoke one access token at every verifier, within a second: the token itself, or its id. Every caller may revoke the token that they authenticate the request with; others need `tokens:revoke`. */
  'POST /v1/revocations': {
    readonly body: {
      readonly token: string
    } | {
      readonly token_id: string
      readonly expires_at?: string
    }
    readonly answer: {
      readonly token_id: string
      readonly ends_at: string
    }
  }
  /** Follow the revocations live, as server-sent events; resumes by Last-Event-ID. With `service`, its id or its name, the keys are its own in place of those of this server. */
  'GET /v1/revocations/stream': {
    readonly query?: {
      readonly service?: string | undefined
    }
    readonly answer: unknown
  }
  /** List services. */
  'GET /v1/services': {
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly name: string
        readonly scope: string
        readonly audience: string | null
        readonly known_scopes: readonly string[]
        readonly profile: {
          readonly name: 'plain' | 'rabbitmq' | 'ejabberd' | 'nats' | 'influxdb1' | 'dovecot' | 'haproxy' | 'mod-auth-openidc' | 'mod-oauth2'
          readonly key: 'issuer' | 'own' | 'shared'
          readonly algorithm: 'server' | 'RS256' | 'ES256' | 'EdDSA' | 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87' | 'HS256' | 'HS384' | 'HS512'
          readonly type: string
          readonly life_seconds: number | null
          readonly audience_form: 'text' | 'array'
          readonly scope_prefix: string
          readonly claims: readonly {
            readonly name: string
            readonly value: string | number | boolean | readonly string[]
          }[]
          readonly status_list: boolean
        }
        readonly version: number
        readonly created_at: string
        readonly disabled_at: string | null
      }[]
      readonly next: string | null
    }
  }
  /** Register a service; its secret is shown this once. With an audience, people, services and devices get tokens for it. */
  'POST /v1/services': {
    readonly body: {
      readonly scopes?: readonly ('users:read' | 'users:write' | 'users:data' | 'users:act-as' | 'user-types:write' | 'attributes:write' | 'api-keys:write' | 'permissions:check' | 'services:read' | 'services:write' | 'applications:read' | 'applications:write' | 'apps:read' | 'apps:write' | 'providers:read' | 'providers:write' | 'keys:read' | 'keys:write' | 'tokens:revoke' | 'activity:read' | 'activity:backup' | 'activity:hold' | 'alarms:write' | 'webhooks:write' | 'jobs:run' | 'devices:read' | 'devices:write' | 'devices:bind' | 'devices:view' | 'devices:control')[]
      readonly audience?: string | null
      readonly known_scopes?: readonly string[]
      readonly profile?: {
        readonly name: 'plain' | 'rabbitmq' | 'ejabberd' | 'nats' | 'influxdb1' | 'dovecot' | 'haproxy' | 'mod-auth-openidc' | 'mod-oauth2'
        readonly key?: 'issuer' | 'own' | 'shared'
        readonly algorithm?: 'server' | 'RS256' | 'ES256' | 'EdDSA' | 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87' | 'HS256' | 'HS384' | 'HS512'
        readonly type?: string
        readonly life_seconds?: number | null
        readonly audience_form?: 'text' | 'array'
        readonly scope_prefix?: string
        readonly claims?: readonly {
          readonly name: string
          readonly value: string | number | boolean | readonly string[]
        }[]
        readonly status_list?: boolean
      }
      readonly name: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly scope: string
      readonly audience: string | null
      readonly known_scopes: readonly string[]
      readonly profile: {
        readonly name: 'plain' | 'rabbitmq' | 'ejabberd' | 'nats' | 'influxdb1' | 'dovecot' | 'haproxy' | 'mod-auth-openidc' | 'mod-oauth2'
        readonly key: 'issuer' | 'own' | 'shared'
        readonly algorithm: 'server' | 'RS256' | 'ES256' | 'EdDSA' | 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87' | 'HS256' | 'HS384' | 'HS512'
        readonly type: string
        readonly life_seconds: number | null
        readonly audience_form: 'text' | 'array'
        readonly scope_prefix: string
        readonly claims: readonly {
          readonly name: string
          readonly value: string | number | boolean | readonly string[]
        }[]
        readonly status_list: boolean
      }
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
      readonly secret: string
    }
  }
  /** See a service. */
  'GET /v1/services/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly scope: string
      readonly audience: string | null
      readonly known_scopes: readonly string[]
      readonly profile: {
        readonly name: 'plain' | 'rabbitmq' | 'ejabberd' | 'nats' | 'influxdb1' | 'dovecot' | 'haproxy' | 'mod-auth-openidc' | 'mod-oauth2'
        readonly key: 'issuer' | 'own' | 'shared'
        readonly algorithm: 'server' | 'RS256' | 'ES256' | 'EdDSA' | 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87' | 'HS256' | 'HS384' | 'HS512'
        readonly type: string
        readonly life_seconds: number | null
        readonly audience_form: 'text' | 'array'
        readonly scope_prefix: string
        readonly claims: readonly {
          readonly name: string
          readonly value: string | number | boolean | readonly string[]
        }[]
        readonly status_list: boolean
      }
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
    }
  }
  /** Change a service. A scope that it knows no longer is taken from everybody who has it; a permission that it loses ends its tokens. With If-Match, only the version that it names. */
  'PATCH /v1/services/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly scopes?: readonly ('users:read' | 'users:write' | 'users:data' | 'users:act-as' | 'user-types:write' | 'attributes:write' | 'api-keys:write' | 'permissions:check' | 'services:read' | 'services:write' | 'applications:read' | 'applications:write' | 'apps:read' | 'apps:write' | 'providers:read' | 'providers:write' | 'keys:read' | 'keys:write' | 'tokens:revoke' | 'activity:read' | 'activity:backup' | 'activity:hold' | 'alarms:write' | 'webhooks:write' | 'jobs:run' | 'devices:read' | 'devices:write' | 'devices:bind' | 'devices:view' | 'devices:control')[]
      readonly audience?: string | null
      readonly known_scopes?: readonly string[]
      readonly profile?: {
        readonly name: 'plain' | 'rabbitmq' | 'ejabberd' | 'nats' | 'influxdb1' | 'dovecot' | 'haproxy' | 'mod-auth-openidc' | 'mod-oauth2'
        readonly key?: 'issuer' | 'own' | 'shared'
        readonly algorithm?: 'server' | 'RS256' | 'ES256' | 'EdDSA' | 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87' | 'HS256' | 'HS384' | 'HS512'
        readonly type?: string
        readonly life_seconds?: number | null
        readonly audience_form?: 'text' | 'array'
        readonly scope_prefix?: string
        readonly claims?: readonly {
          readonly name: string
          readonly value: string | number | boolean | readonly string[]
        }[]
        readonly status_list?: boolean
      }
      readonly name?: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly scope: string
      readonly audience: string | null
      readonly known_scopes: readonly string[]
      readonly profile: {
        readonly name: 'plain' | 'rabbitmq' | 'ejabberd' | 'nats' | 'influxdb1' | 'dovecot' | 'haproxy' | 'mod-auth-openidc' | 'mod-oauth2'
        readonly key: 'issuer' | 'own' | 'shared'
        readonly algorithm: 'server' | 'RS256' | 'ES256' | 'EdDSA' | 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87' | 'HS256' | 'HS384' | 'HS512'
        readonly type: string
        readonly life_seconds: number | null
        readonly audience_form: 'text' | 'array'
        readonly scope_prefix: string
        readonly claims: readonly {
          readonly name: string
          readonly value: string | number | boolean | readonly string[]
        }[]
        readonly status_list: boolean
      }
      readonly version: number
      readonly created_at: string
      readonly disabled_at: string | null
    }
  }
  /** The configuration of the other program that reads the tokens for this service, with its addresses and public keys filled in. A shared key is not in it: it was shown when it was made. */
  'GET /v1/services/{id}/configuration': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly program: string
      readonly about: string
      readonly files: readonly {
        readonly path: string
        readonly text: string
      }[]
      readonly takes: readonly ('expired' | 'without exp' | 'not yet valid' | 'of another issuer' | 'for another audience' | 'tampered with' | 'signed by another key' | 'unsigned')[]
      readonly notes: readonly string[]
    }
  }
  /** Turn a service off; its tokens are refused everywhere within a second, and there are none for it any more. */
  'POST /v1/services/{id}/disable': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** List the keys of a service’s own, without their private halves. */
  'GET /v1/services/{id}/keys': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly kid: string
        readonly algorithm: 'RS256' | 'ES256' | 'EdDSA' | 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'
        readonly status: 'next' | 'active' | 'retired' | 'revoked'
        readonly created_at: string
        readonly activated_at: string | null
        readonly retired_at: string | null
        readonly revoked_at: string | null
        readonly last_signed_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Sign the tokens for a service by the next of its own keys from now on; the old one stays in its set until its last token has ended. Refused while somebody who verifies has not fetched the next key, unless `force` is set. */
  'POST /v1/services/{id}/keys/rotate': {
    readonly path: {
      readonly id: string
    }
    readonly query?: {
      readonly force?: 'true' | 'false' | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly kid: string
        readonly algorithm: 'RS256' | 'ES256' | 'EdDSA' | 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'
        readonly status: 'next' | 'active' | 'retired' | 'revoked'
        readonly created_at: string
        readonly activated_at: string | null
        readonly retired_at: string | null
        readonly revoked_at: string | null
        readonly last_signed_at: string | null
      }[]
      readonly next: null
    }
  }
  /** What a rotation of the own keys of a service would mean now: who has fetched its set in the last seven days, and not the next key. */
  'GET /v1/services/{id}/keys/rotation': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly active_kid: string | null
      readonly next_kid: string | null
      readonly next_since: string | null
      readonly ready: number
      readonly cut_off: readonly {
        readonly key_set: string
        readonly network: string | null
        readonly user_agent: string
        readonly key_ids: readonly string[]
        readonly first_at: string
        readonly last_at: string
      }[]
      readonly incomplete: boolean
    }
  }
  /** End a key of a service’s own at once: it leaves the set of the service, and guards that follow its feed refuse what it has signed. */
  'POST /v1/services/{id}/keys/{kid}/revoke': {
    readonly path: {
      readonly id: string
      readonly kid: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly kid: string
        readonly algorithm: 'RS256' | 'ES256' | 'EdDSA' | 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'
        readonly status: 'next' | 'active' | 'retired' | 'revoked'
        readonly created_at: string
        readonly activated_at: string | null
        readonly retired_at: string | null
        readonly revoked_at: string | null
        readonly last_signed_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Take a scope back. Tokens for the service are refused everywhere within a second; whoever still has scopes of it gets another one. API keys that have it end. */
  'DELETE /v1/services/{id}/scopes': {
    readonly path: {
      readonly id: string
    }
    readonly query: {
      readonly scope: string
      readonly holder_kind: 'user_type' | 'service' | 'devices'
      readonly holder?: string | undefined
    }
    readonly answer: undefined
  }
  /** List who has which of the scopes of a service’s own. */
  'GET /v1/services/{id}/scopes': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly scope: string
        readonly holder_kind: 'user_type' | 'service' | 'devices'
        readonly holder: string | null
        readonly given_at: string
      }[]
      readonly next: null
    }
  }
  /** Give a scope of a service’s own to the people of a user type, to another service, or to all devices. What is permitted here is given by user types and `scopes` of services. */
  'POST /v1/services/{id}/scopes': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly scope: string
      readonly holder_kind: 'user_type' | 'service' | 'devices'
      readonly holder?: string
    }
    readonly answer: {
      readonly scope: string
      readonly holder_kind: 'user_type' | 'service' | 'devices'
      readonly holder: string | null
      readonly given_at: string
    }
  }
  /** List the shared keys of a service, without their secrets. */
  'GET /v1/services/{id}/shared-keys': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly kid: string
        readonly algorithm: 'HS256' | 'HS384' | 'HS512'
        readonly created_at: string
        readonly starts_at: string
        readonly ends_at: string | null
        readonly last_signed_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Make a shared key for a service; its secret is shown this once. It signs after `starts_in_seconds`, at once if that is not given; the key before it is good for `overlap_seconds` more, a day if that is not given. */
  'POST /v1/services/{id}/shared-keys': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly starts_in_seconds?: number
      readonly overlap_seconds?: number
    }
    readonly answer: {
      readonly kid: string
      readonly algorithm: 'HS256' | 'HS384' | 'HS512'
      readonly created_at: string
      readonly starts_at: string
      readonly ends_at: string | null
      readonly last_signed_at: string | null
      readonly secret: string
      readonly jwk: {
        readonly kty: 'oct'
        readonly kid: string
        readonly alg: string
        readonly k: string
      }
      readonly previous_ends_at: string | null
      readonly api_keys: number
    }
  }
  /** Take a shared key away: nothing is signed by it any more. Services that hold it accept what it has signed until they take it away as well. */
  'DELETE /v1/services/{id}/shared-keys/{kid}': {
    readonly path: {
      readonly id: string
      readonly kid: string
    }
    readonly answer: undefined
  }
  /** The subjects of issuers outside whose tokens authenticate a service. */
  'GET /v1/services/{id}/workloads': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly issuer: string
        readonly subject: string
        readonly audience: string
        readonly reuse: 'once' | 'life'
        readonly created_at: string
        readonly last_used_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Let tokens of an issuer outside authenticate a service, beside its secret: of a build server, a cluster, another cloud. */
  'POST /v1/services/{id}/workloads': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly issuer: string
      readonly subject: string
      readonly audience?: string
      readonly reuse?: 'once' | 'life'
    }
    readonly answer: {
      readonly id: string
      readonly issuer: string
      readonly subject: string
      readonly audience: string
      readonly reuse: 'once' | 'life'
      readonly created_at: string
      readonly last_used_at: string | null
    }
  }
  /** Tokens of this issuer and subject authenticate the service no more. */
  'DELETE /v1/services/{id}/workloads/{workload}': {
    readonly path: {
      readonly id: string
      readonly workload: string
    }
    readonly answer: undefined
  }
  /** List the providers at which people sign in: each has a button that leads to /sign-in/with/{key}. */
  'GET /v1/sign-in/providers': {
    readonly answer: {
      readonly items: readonly {
        readonly key: string
        readonly name: string
      }[]
      readonly next: null
    }
  }
  /** Where the log is sent, and how far behind each sink is. */
  'GET /v1/sinks': {
    readonly answer: {
      readonly items: readonly {
        readonly name: string
        readonly kind: string
        readonly address: string
        readonly format: string
        readonly state: 'fine' | 'behind' | 'failing' | 'stalled'
        readonly lag_events: number
        readonly lag_seconds: number
        readonly delivered_at: string | null
        readonly failing_since: string | null
        readonly last_error: string | null
        readonly seen_at: string
      }[]
      readonly next: null
    }
  }
  /** The time of this server in milliseconds, for devices that lost theirs. */
  'GET /v1/time': {
    readonly answer: {
      readonly now: number
    }
  }
  /** List the user types and what each permits. */
  'GET /v1/user-types': {
    readonly answer: {
      readonly items: readonly {
        readonly name: string
        readonly description: string
        readonly permissions: readonly string[]
        readonly version: number
      }[]
      readonly next: null
    }
  }
  /** Create a user type. */
  'POST /v1/user-types': {
    readonly body: {
      readonly name: string
      readonly description?: string
      readonly permissions: readonly ('users:read' | 'users:write' | 'users:data' | 'users:act-as' | 'user-types:write' | 'attributes:write' | 'api-keys:write' | 'permissions:check' | 'services:read' | 'services:write' | 'applications:read' | 'applications:write' | 'apps:read' | 'apps:write' | 'providers:read' | 'providers:write' | 'keys:read' | 'keys:write' | 'tokens:revoke' | 'activity:read' | 'activity:backup' | 'activity:hold' | 'alarms:write' | 'webhooks:write' | 'jobs:run' | 'devices:read' | 'devices:write' | 'devices:bind' | 'devices:view' | 'devices:control')[]
    }
    readonly answer: {
      readonly name: string
      readonly description: string
      readonly permissions: readonly string[]
      readonly version: number
    }
  }
  /** Remove a user type. Its users get the type `replacement`; their sessions go on. With If-Match, only the version that it names. */
  'DELETE /v1/user-types/{name}': {
    readonly path: {
      readonly name: string
    }
    readonly query?: {
      readonly replacement?: string | undefined
    }
    readonly answer: {
      readonly moved: number
    }
  }
  /** See a user type and what it permits. */
  'GET /v1/user-types/{name}': {
    readonly path: {
      readonly name: string
    }
    readonly answer: {
      readonly name: string
      readonly description: string
      readonly permissions: readonly string[]
      readonly version: number
    }
  }
  /** Change the name, the description or the permissions of a user type. Tokens with the old permissions are refused from then on; sessions go on. With If-Match, only the version that it names. */
  'PATCH /v1/user-types/{name}': {
    readonly path: {
      readonly name: string
    }
    readonly body: {
      readonly name?: string
      readonly description?: string
      readonly permissions?: readonly ('users:read' | 'users:write' | 'users:data' | 'users:act-as' | 'user-types:write' | 'attributes:write' | 'api-keys:write' | 'permissions:check' | 'services:read' | 'services:write' | 'applications:read' | 'applications:write' | 'apps:read' | 'apps:write' | 'providers:read' | 'providers:write' | 'keys:read' | 'keys:write' | 'tokens:revoke' | 'activity:read' | 'activity:backup' | 'activity:hold' | 'alarms:write' | 'webhooks:write' | 'jobs:run' | 'devices:read' | 'devices:write' | 'devices:bind' | 'devices:view' | 'devices:control')[]
    }
    readonly answer: {
      readonly name: string
      readonly description: string
      readonly permissions: readonly string[]
      readonly version: number
    }
  }
  /** Whether users of a type have to have a second factor. */
  'GET /v1/user-types/{name}/second-factor': {
    readonly path: {
      readonly name: string
    }
    readonly answer: {
      readonly second_factor: 'optional' | 'required'
      readonly grace_days: number
    }
  }
  /** Require a second factor of the users of a type, or make it optional. A user has `grace_days` from the first sign-in after that; then a sign-in has to enrol one. */
  'PUT /v1/user-types/{name}/second-factor': {
    readonly path: {
      readonly name: string
    }
    readonly body: {
      readonly second_factor: 'optional'
    } | {
      readonly second_factor: 'required'
      readonly grace_days?: number
    }
    readonly answer: undefined
  }
  /** Whether strangers may make accounts of a type, and how its users sign in and how long they stay. */
  'GET /v1/user-types/{name}/sign-in': {
    readonly path: {
      readonly name: string
    }
    readonly answer: {
      readonly self_registration: boolean
      readonly mail_code: boolean
      readonly session_idle_seconds: number | null
      readonly session_longest_seconds: number | null
    }
  }
  /** Change whether strangers may make accounts of a type, whether an unknown place takes a mailed code, and how long sessions last. What is not given stays; null takes a limit away. */
  'PATCH /v1/user-types/{name}/sign-in': {
    readonly path: {
      readonly name: string
    }
    readonly body: {
      readonly self_registration?: boolean
      readonly mail_code?: boolean
      readonly session_idle_seconds?: number | null
      readonly session_longest_seconds?: number | null
    }
    readonly answer: {
      readonly self_registration: boolean
      readonly mail_code: boolean
      readonly session_idle_seconds: number | null
      readonly session_longest_seconds: number | null
    }
  }
  /** List and search users. `text`: words that the user name, the name or an address of mail begin with, or one of their words. An answer may be short, even empty, and go on at `next`. */
  'GET /v1/users': {
    readonly query?: {
      readonly text?: string | undefined
      readonly user_type?: string | undefined
      readonly status?: 'enabled' | 'disabled' | 'invited' | undefined
      readonly address?: string | undefined
      readonly attribute?: string | undefined
      readonly signed_in_from?: string | undefined
      readonly signed_in_before?: string | undefined
      readonly signed_in?: 'never' | undefined
      readonly limit?: string | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly username: string
        readonly display_name: string | null
        readonly user_type: string
        readonly created_at: string
        readonly last_sign_in_at: string | null
        readonly disabled_at: string | null
        readonly delete_at: string | null
        readonly version: number
      }[]
      readonly next: string | null
    }
  }
  /** Create a user and the invitation by which they set their password. */
  'POST /v1/users': {
    readonly body: {
      readonly username: string
      readonly display_name?: string
      readonly user_type?: string
      readonly attributes?: { readonly [name: string]: string | number | boolean | null }
    }
    readonly answer: {
      readonly id: string
      readonly username: string
      readonly display_name: string | null
      readonly user_type: string
      readonly created_at: string
      readonly last_sign_in_at: string | null
      readonly disabled_at: string | null
      readonly delete_at: string | null
      readonly version: number
      readonly invitation: string
      readonly link: string
      readonly expires_at: string
      readonly warnings?: readonly string[]
    }
  }
  /** Do the same to up to 1,000 users: those of these ids, or all that match filters, if they are as many as was said; or piece by piece to any number that match. Each is acted on as by the route for one, and the answer says of each what became of it. */
  'POST /v1/users/bulk': {
    readonly body: {
      readonly action: 'disable' | 'enable' | 'set_type' | 'end_sessions' | 'invite' | 'delete'
      readonly user_type?: string
      readonly grace_days?: number
      readonly ids?: readonly string[]
      readonly matching?: {
        readonly text?: string
        readonly user_type?: string
        readonly status?: 'enabled' | 'disabled' | 'invited'
        readonly address?: string
        readonly attribute?: string
        readonly signed_in_from?: string
        readonly signed_in_before?: string
        readonly signed_in?: 'never'
      }
      readonly count?: number
      readonly most?: number
      readonly after?: string
    }
    readonly answer: {
      readonly done: number
      readonly refused: number
      readonly items: readonly {
        readonly id: string
        readonly username: string | null
        readonly code: string | null
        readonly detail: string | null
        readonly link?: string
        readonly expires_at?: string
      }[]
      readonly next: string | null
    }
  }
  /** Count the users that a search finds, up to 1,000. If `exact` is false there may be more, which are counted from `next` on. */
  'GET /v1/users/count': {
    readonly query?: {
      readonly text?: string | undefined
      readonly user_type?: string | undefined
      readonly status?: 'enabled' | 'disabled' | 'invited' | undefined
      readonly address?: string | undefined
      readonly attribute?: string | undefined
      readonly signed_in_from?: string | undefined
      readonly signed_in_before?: string | undefined
      readonly signed_in?: 'never' | undefined
      readonly after?: string | undefined
    }
    readonly answer: {
      readonly count: number
      readonly exact: boolean
      readonly next: string | null
    }
  }
  /** Create accounts of another program, with the password hashes that it has. Those who cannot be one are listed. */
  'POST /v1/users/imports': {
    readonly body: {
      readonly users: readonly {
        readonly username: string
        readonly display_name?: string | null
        readonly user_type?: string
        readonly password_hash?: string | null
        readonly disabled?: boolean
        readonly created_at?: string
        readonly addresses?: readonly string[]
        readonly attributes?: { readonly [name: string]: string | number | boolean | null }
      }[]
      readonly user_type?: string
      readonly addresses?: 'none' | 'unproven' | 'proven'
      readonly language?: 'en' | 'zh-Hant'
      readonly dry_run?: boolean
    }
    readonly answer: {
      readonly created: number
      readonly refused: readonly {
        readonly index: number
        readonly code: string
        readonly detail: string
      }[]
    }
  }
  /** See a user. */
  'GET /v1/users/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly username: string
      readonly display_name: string | null
      readonly user_type: string
      readonly created_at: string
      readonly last_sign_in_at: string | null
      readonly disabled_at: string | null
      readonly delete_at: string | null
      readonly version: number
    }
  }
  /** Change the display name or the type of a user. Another type ends every session of the user. With If-Match, only the version that it names. */
  'PATCH /v1/users/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly display_name?: string | null
      readonly user_type?: string
    }
    readonly answer: {
      readonly id: string
      readonly username: string
      readonly display_name: string | null
      readonly user_type: string
      readonly created_at: string
      readonly last_sign_in_at: string | null
      readonly disabled_at: string | null
      readonly delete_at: string | null
      readonly version: number
    }
  }
  /** A token by which one acts as a user who may no more than oneself, after a fresh sign-in. It names both, is not refreshed, is bound to the key of the caller’s token if that is, and cannot change what the user signs in with. */
  'POST /v1/users/{id}/act-as': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly reason: string
    }
    readonly answer: {
      readonly access_token: string
      readonly token_type: 'Bearer' | 'DPoP'
      readonly expires_in: number
      readonly session_id: string
      readonly user: {
        readonly id: string
        readonly username: string
      }
      readonly permissions: readonly string[]
    }
  }
  /** List the addresses of mail of a user, the primary one first. */
  'GET /v1/users/{id}/addresses': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly address: string
        readonly primary: boolean
        readonly created_at: string
        readonly proven_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Add an address of mail to a user. A link is sent to it, by which its owner proves it. */
  'POST /v1/users/{id}/addresses': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly address: string
      readonly language?: 'en' | 'zh-Hant'
    }
    readonly answer: {
      readonly id: string
      readonly address: string
      readonly primary: boolean
      readonly created_at: string
      readonly proven_at: string | null
    }
  }
  /** Remove an address of a user; the primary one last. */
  'DELETE /v1/users/{id}/addresses/{address}': {
    readonly path: {
      readonly id: string
      readonly address: string
    }
    readonly answer: undefined
  }
  /** Make a proven address of a user the one that notices go to. The one before is told. */
  'POST /v1/users/{id}/addresses/{address}/make-primary': {
    readonly path: {
      readonly id: string
      readonly address: string
    }
    readonly answer: {
      readonly id: string
      readonly address: string
      readonly primary: boolean
      readonly created_at: string
      readonly proven_at: string | null
    }
  }
  /** Send the link again by which an address of a user is proven. */
  'POST /v1/users/{id}/addresses/{address}/send-proof': {
    readonly path: {
      readonly id: string
      readonly address: string
    }
    readonly answer: undefined
  }
  /** List the API keys of a user, newest first, as they see them. */
  'GET /v1/users/{id}/api-keys': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly name: string
        readonly scopes: readonly string[]
        readonly audience: string
        readonly service: string | null
        readonly created_at: string
        readonly expires_at: string
        readonly last_used_at: string | null
        readonly last_address: string | null
        readonly last_region: string | null
        readonly last_user_agent: string | null
        readonly revoked_at: string | null
        readonly revoked_by: string | null
        readonly revoke_reason: string | null
      }[]
      readonly next: null
    }
  }
  /** Revoke an API key of a user. Every verifier refuses it within a second. */
  'DELETE /v1/users/{id}/api-keys/{key}': {
    readonly path: {
      readonly id: string
      readonly key: string
    }
    readonly answer: undefined
  }
  /** List the applications that a person has let in. */
  'GET /v1/users/{id}/applications': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly application: string
        readonly name: string
        readonly type: 'web' | 'browser' | 'native' | 'agent' | null
        readonly consents: readonly {
          readonly resource: string | null
          readonly scopes: readonly string[]
          readonly authorization_details: readonly {
            readonly type: 'device'
            readonly identifier: string
            readonly actions: readonly ('view' | 'control')[]
            readonly methods?: readonly string[]
            readonly expires_at?: number
          }[] | null
          readonly given_at: string
        }[]
        readonly sessions: number
        readonly last_used_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Take back what an application may do for a person, as they could themselves. */
  'DELETE /v1/users/{id}/applications/{application}': {
    readonly path: {
      readonly id: string
      readonly application: string
    }
    readonly answer: undefined
  }
  /** Every attribute, with the value that a user has. */
  'GET /v1/users/{id}/attributes': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly key: string
        readonly label: string
        readonly kind: 'text' | 'number' | 'yes_no' | 'date'
        readonly longest: number | null
        readonly allowed: readonly string[] | null
        readonly least: number | null
        readonly most: number | null
        readonly person_may: 'nothing' | 'see' | 'change'
        readonly required: boolean
        readonly searchable: boolean
        readonly value: string | number | boolean | null
      }[]
      readonly next: null
    }
  }
  /** Set values of a user; null takes one away, and what is not named stays. */
  'PATCH /v1/users/{id}/attributes': {
    readonly path: {
      readonly id: string
    }
    readonly body: { readonly [name: string]: string | number | boolean | null }
    readonly answer: {
      readonly items: readonly {
        readonly key: string
        readonly label: string
        readonly kind: 'text' | 'number' | 'yes_no' | 'date'
        readonly longest: number | null
        readonly allowed: readonly string[] | null
        readonly least: number | null
        readonly most: number | null
        readonly person_may: 'nothing' | 'see' | 'change'
        readonly required: boolean
        readonly searchable: boolean
        readonly value: string | number | boolean | null
      }[]
      readonly next: null
    }
  }
  /** Download all that is held about a user, who is told of it by mail. It takes a sign-in of the last five minutes. */
  'POST /v1/users/{id}/data': {
    readonly path: {
      readonly id: string
    }
    readonly answer: unknown
  }
  /** Disable a user at once, and delete the account after days of grace. */
  'POST /v1/users/{id}/delete': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly grace_days?: number
    }
    readonly answer: {
      readonly delete_at: string
    }
  }
  /** Disable a user: sessions end and tokens are refused everywhere within a second. */
  'POST /v1/users/{id}/disable': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** Enable a disabled user. */
  'POST /v1/users/{id}/enable': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** The second factors of a user, without anything secret. */
  'GET /v1/users/{id}/factors': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly in_force: boolean
      readonly required: boolean
      readonly due_at: string | null
      readonly authenticator: {
        readonly created_at: string
        readonly last_used_at: string | null
      } | null
      readonly passkeys: readonly {
        readonly id: string
        readonly name: string
        readonly model: string | null
        readonly created_at: string
        readonly last_used_at: string | null
        readonly is_backed_up: boolean
        readonly is_factor: boolean
      }[]
      readonly recovery_codes: number
      readonly remembered_browsers: number
    }
  }
  /** Remove every second factor of another user, who has lost theirs. Every session of the user ends. */
  'POST /v1/users/{id}/factors/reset': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** List what a user is granted and denied beside their type. */
  'GET /v1/users/{id}/grants': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly kind: 'grant' | 'denial'
        readonly permission: string
        readonly reason: string
        readonly created_by: {
          readonly id: string
          readonly username: string | null
        } | null
        readonly created_at: string
        readonly until: string | null
      }[]
      readonly next: null
    }
  }
  /** Grant a user a permission beside their type, or deny them one, until a moment or for good. Tokens with the old permissions are refused from then on; sessions go on. */
  'POST /v1/users/{id}/grants': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly kind: 'grant' | 'denial'
      readonly permission: 'users:read' | 'users:write' | 'users:data' | 'users:act-as' | 'user-types:write' | 'attributes:write' | 'api-keys:write' | 'permissions:check' | 'services:read' | 'services:write' | 'applications:read' | 'applications:write' | 'apps:read' | 'apps:write' | 'providers:read' | 'providers:write' | 'keys:read' | 'keys:write' | 'tokens:revoke' | 'activity:read' | 'activity:backup' | 'activity:hold' | 'alarms:write' | 'webhooks:write' | 'jobs:run' | 'devices:read' | 'devices:write' | 'devices:bind' | 'devices:view' | 'devices:control'
      readonly reason: string
      readonly until?: string | null
    }
    readonly answer: {
      readonly id: string
      readonly kind: 'grant' | 'denial'
      readonly permission: string
      readonly reason: string
      readonly created_by: {
        readonly id: string
        readonly username: string | null
      } | null
      readonly created_at: string
      readonly until: string | null
    }
  }
  /** Take a grant or a denial back before its end. */
  'DELETE /v1/users/{id}/grants/{grant}': {
    readonly path: {
      readonly id: string
      readonly grant: string
    }
    readonly answer: undefined
  }
  /** List the identities of providers by which a user signs in. */
  'GET /v1/users/{id}/identities': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly provider: string | null
        readonly provider_name: string | null
        readonly is_usable: boolean
        readonly issuer: string
        readonly subject: string
        readonly label: string | null
        readonly created_at: string
        readonly last_used_at: string | null
      }[]
      readonly next: null
    }
  }
  /** Take an identity from a user: every session that it began ends. It may be their last way to sign in. */
  'DELETE /v1/users/{id}/identities/{identity}': {
    readonly path: {
      readonly id: string
      readonly identity: string
    }
    readonly answer: undefined
  }
  /** Make a new invitation for a user; it ends the one before. */
  'POST /v1/users/{id}/invite': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly invitation: string
      readonly link: string
      readonly expires_at: string
    }
  }
  /** What a user may do, and the rules that gave or denied it: now, or at a past moment as the log tells. Where the log does not go back that far, `known` is false. */
  'GET /v1/users/{id}/permissions': {
    readonly path: {
      readonly id: string
    }
    readonly query?: {
      readonly at?: string | undefined
    }
    readonly answer: {
      readonly at: string
      readonly known: boolean
      readonly log_begins_at: string | null
      readonly user_type: string | null
      readonly items: readonly {
        readonly permission: string
        readonly allowed: boolean
        readonly rules: readonly ({
          readonly kind: 'user_type'
          readonly user_type: string
        } | {
          readonly id: string
          readonly kind: 'grant' | 'denial'
          readonly permission: string
          readonly reason: string
          readonly created_by: {
            readonly id: string
            readonly username: string | null
          } | null
          readonly created_at: string
          readonly until: string | null
        })[]
      }[]
      readonly next: null
    }
  }
  /** Send a user a link on which they set a new password. The present one works until then. */
  'POST /v1/users/{id}/recover': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** Take a user’s password away: their sessions end, and a link is sent on which they set a new one. */
  'POST /v1/users/{id}/reset': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** List the live sessions of a user, newest first. */
  'GET /v1/users/{id}/sessions': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly created_at: string
        readonly last_used_at: string
        readonly address: string
        readonly region: string | null
        readonly user_agent: string | null
        readonly amr: readonly string[]
        readonly acted_by: {
          readonly id: string
          readonly username: string | null
        } | null
      }[]
      readonly next: null
    }
  }
  /** End every session of a user: their tokens are refused everywhere within a second. */
  'POST /v1/users/{id}/sessions/end-all': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** End a session of a user. */
  'DELETE /v1/users/{id}/sessions/{session}': {
    readonly path: {
      readonly id: string
      readonly session: string
    }
    readonly answer: undefined
  }
  /** Keep a user who was going to be deleted. The account stays disabled. */
  'POST /v1/users/{id}/undelete': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** Let the wrong passwords for a user count from the beginning again. */
  'POST /v1/users/{id}/unlock': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** Check an access token: its claims if it is valid now, a refusal if not. Of one that is bound to a key, whoever sends it proves nothing here. */
  'POST /v1/verify': {
    readonly body: {
      readonly token: string
    }
    readonly answer: {
      readonly active: true
      readonly subject: string
      readonly kind: string
      readonly session_id: string | null
      readonly user_type: string | null
      readonly scope: string
      readonly expires_at: string
      readonly cnf: {
        readonly jkt: string
      } | null
    }
  }
  /** The webhooks, and how many deliveries wait and are dead. */
  'GET /v1/webhooks': {
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly name: string
        readonly url: string
        readonly events: readonly string[]
        readonly on: boolean
        readonly off_at: string | null
        readonly off_reason: string | null
        readonly created_at: string
        readonly created_by: string | null
        readonly last_success_at: string | null
        readonly last_failure_at: string | null
        readonly waiting: number
        readonly dead: number
        readonly secrets: readonly {
          readonly id: string
          readonly created_at: string
          readonly ends_at: string | null
        }[]
      }[]
      readonly next: null
    }
  }
  /** Register an address to which events are sent, signed by Standard Webhooks. The secret is shown this once. */
  'POST /v1/webhooks': {
    readonly body: {
      readonly name: string
      readonly url: string
      readonly events: readonly string[]
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly url: string
      readonly events: readonly string[]
      readonly on: boolean
      readonly off_at: string | null
      readonly off_reason: string | null
      readonly created_at: string
      readonly created_by: string | null
      readonly last_success_at: string | null
      readonly last_failure_at: string | null
      readonly waiting: number
      readonly dead: number
      readonly secrets: readonly {
        readonly id: string
        readonly created_at: string
        readonly ends_at: string | null
      }[]
      readonly secret: string
    }
  }
  /** Remove a webhook. What waits for it is not sent. */
  'DELETE /v1/webhooks/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: undefined
  }
  /** See a webhook. */
  'GET /v1/webhooks/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly url: string
      readonly events: readonly string[]
      readonly on: boolean
      readonly off_at: string | null
      readonly off_reason: string | null
      readonly created_at: string
      readonly created_by: string | null
      readonly last_success_at: string | null
      readonly last_failure_at: string | null
      readonly waiting: number
      readonly dead: number
      readonly secrets: readonly {
        readonly id: string
        readonly created_at: string
        readonly ends_at: string | null
      }[]
    }
  }
  /** Change a webhook, or switch it on or off. Switched on, what waits is sent; what came about while it was off was not kept. */
  'PATCH /v1/webhooks/{id}': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly name?: string
      readonly url?: string
      readonly events?: readonly string[]
      readonly on?: boolean
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly url: string
      readonly events: readonly string[]
      readonly on: boolean
      readonly off_at: string | null
      readonly off_reason: string | null
      readonly created_at: string
      readonly created_by: string | null
      readonly last_success_at: string | null
      readonly last_failure_at: string | null
      readonly waiting: number
      readonly dead: number
      readonly secrets: readonly {
        readonly id: string
        readonly created_at: string
        readonly ends_at: string | null
      }[]
    }
  }
  /** What was sent to a webhook, waits, or is dead, newest first. Kept for 30 days. */
  'GET /v1/webhooks/{id}/deliveries': {
    readonly path: {
      readonly id: string
    }
    readonly query?: {
      readonly limit?: string | undefined
      readonly after?: string | undefined
      readonly state?: 'waiting' | 'delivered' | 'dead' | undefined
    }
    readonly answer: {
      readonly items: readonly {
        readonly id: string
        readonly type: string
        readonly state: 'waiting' | 'delivered' | 'dead'
        readonly attempts: number
        readonly created_at: string
        readonly attempted_at: string | null
        readonly next_at: string | null
        readonly last_status: number | null
        readonly last_error: string | null
        readonly ended_at: string | null
      }[]
      readonly next: string | null
    }
  }
  /** See a delivery and what is sent, byte for byte. */
  'GET /v1/webhooks/{id}/deliveries/{delivery}': {
    readonly path: {
      readonly id: string
      readonly delivery: string
    }
    readonly answer: {
      readonly id: string
      readonly type: string
      readonly state: 'waiting' | 'delivered' | 'dead'
      readonly attempts: number
      readonly created_at: string
      readonly attempted_at: string | null
      readonly next_at: string | null
      readonly last_status: number | null
      readonly last_error: string | null
      readonly ended_at: string | null
      readonly body: string
    }
  }
  /** Send a delivery again that has ended, by the same id. */
  'POST /v1/webhooks/{id}/deliveries/{delivery}/replay': {
    readonly path: {
      readonly id: string
      readonly delivery: string
    }
    readonly answer: {
      readonly id: string
      readonly type: string
      readonly state: 'waiting' | 'delivered' | 'dead'
      readonly attempts: number
      readonly created_at: string
      readonly attempted_at: string | null
      readonly next_at: string | null
      readonly last_status: number | null
      readonly last_error: string | null
      readonly ended_at: string | null
    }
  }
  /** Send all that are dead and came about since a moment. */
  'POST /v1/webhooks/{id}/replay': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly since: string
    }
    readonly answer: {
      readonly deliveries: number
    }
  }
  /** Make a new secret, shown this once. The one before signs beside it for `overlap_seconds`, a day if that is not given. */
  'POST /v1/webhooks/{id}/rotate-secret': {
    readonly path: {
      readonly id: string
    }
    readonly body: {
      readonly overlap_seconds?: number
    }
    readonly answer: {
      readonly id: string
      readonly name: string
      readonly url: string
      readonly events: readonly string[]
      readonly on: boolean
      readonly off_at: string | null
      readonly off_reason: string | null
      readonly created_at: string
      readonly created_by: string | null
      readonly last_success_at: string | null
      readonly last_failure_at: string | null
      readonly waiting: number
      readonly dead: number
      readonly secrets: readonly {
        readonly id: string
        readonly created_at: string
        readonly ends_at: string | null
      }[]
      readonly secret: string
    }
  }
  /** Send a message of the type webhook.test now, once, and say what came of it. */
  'POST /v1/webhooks/{id}/test': {
    readonly path: {
      readonly id: string
    }
    readonly answer: {
      readonly id: string
      readonly type: string
      readonly state: 'waiting' | 'delivered' | 'dead'
      readonly attempts: number
      readonly created_at: string
      readonly attempted_at: string | null
      readonly next_at: string | null
      readonly last_status: number | null
      readonly last_error: string | null
      readonly ended_at: string | null
    }
  }
}

/** What the document gives a name. */
export interface Schemas {
  /** An error of the token endpoint (RFC 6749 section 5.2). */
  readonly OauthError: {
    readonly error: string
    readonly error_description?: string
  }
  /** Problem details (RFC 9457). */
  readonly Problem: {
    readonly type: string
    readonly title: string
    readonly status: number
    readonly code: string
    readonly detail: string
    readonly requestId: string
    readonly errors?: readonly {
      readonly field?: string
      readonly reason?: string
      readonly code?: string
    }[]
  }
}
