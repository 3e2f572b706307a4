// Sign in at the server, and call an API with what came back. The tokens stay in this closure: not in storage, where
// any script could read them, so a reload signs out.

const output = document.querySelector('output')
const form = document.querySelector('form')
const [ask, signOut] = document.querySelectorAll('#ask, #sign-out')

// The API says who signs the tokens that it takes (RFC 9728).
const metadata = await (await fetch('/.well-known/oauth-protected-resource')).json()
const [issuer] = metadata.authorization_servers
let session

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const response = await post('/v1/login', Object.fromEntries(new FormData(form)))
  session = response.ok ? await response.json() : undefined
  show(response.ok ? 'signed in' : 'that was not right')
})

ask.addEventListener('click', async () => {
  let response = await me()
  // Access tokens live for minutes: trade the other one for the next, once, and ask again.
  if (response.status === 401 && (await refresh())) response = await me()
  if (!response.ok) session = undefined
  show(response.ok ? `you are ${(await response.json()).subject}` : 'you have been signed out')
})

signOut.addEventListener('click', async () => {
  await post('/v1/logout', undefined, session.access_token)
  session = undefined
  show('signed out')
})

function me() {
  return fetch('/me', { headers: { authorization: `Bearer ${session.access_token}` } })
}

async function refresh() {
  const response = await post('/v1/refresh', { refresh_token: session.refresh_token })
  if (response.ok) session = await response.json()
  return response.ok
}

function post(path, body, token) {
  const headers = { 'content-type': 'application/json' }
  if (token) headers.authorization = `Bearer ${token}`
  return fetch(issuer + path, { method: 'POST', headers, body: body && JSON.stringify(body) })
}

function show(text) {
  ask.disabled = signOut.disabled = session === undefined
  output.textContent = text
}
