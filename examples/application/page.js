// A page that never sees a password: people sign in at the server, which sends them back. The tokens are bound to a key that this
// browser keeps (DPoP); they are in the memory of the tabs and nowhere else. After a reload, one step at the server brings them back,
// as long as the browser is signed in there.
import { browserKey, createApplicationClient, tabStorage } from 'latchkey/client'

const [signIn, ask, signOut, output] = document.querySelectorAll('#sign-in, #ask, #sign-out, output')
const { issuer, clientId } = await (await fetch('/settings.json')).json()

const client = createApplicationClient({
  issuer,
  clientId,
  scopes: ['openid', 'profile'],
  resources: [location.origin],
  storage: tabStorage,
  dpop: browserKey,
})
client.on('signed-in', show)
client.on('signed-out', show)

signIn.addEventListener('click', () => {
  const redirectUri = `${location.origin}/back`
  client.signInByRedirect({ redirectUri, returnTo: location.pathname }).catch(showError)
})
ask.addEventListener('click', () => whoAmI().catch(showError))
signOut.addEventListener('click', () => {
  client.signOutByRedirect({ redirectUri: `${location.origin}/` }).catch(showError)
})

try {
  // Another tab may be signed in, whatever becomes of an answer.
  await client.restore()
  if (location.pathname === '/back') await finish()
  show()
} catch (error) {
  showError(error)
}

async function finish() {
  const address = location.href
  // The code serves once, and does not stay in the history.
  history.replaceState(null, '', '/')
  const { returnTo } = await client.finishSignIn(address)
  history.replaceState(null, '', returnTo ?? '/')
}
async function whoAmI() {
  const response = await client.fetch('/me')
  if (response.ok) output.textContent = `you are ${(await response.json()).subject}`
}
function showError({ code, message }) {
  show()
  output.textContent = code === 'access_denied' ? 'you did not let this page in' : message
}
function show() {
  const { session } = client
  ask.disabled = signOut.disabled = session === undefined
  signIn.disabled = session !== undefined
  output.textContent = session === undefined ? 'nobody is signed in' : `hello ${session.username}`
}
