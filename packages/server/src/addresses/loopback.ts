import { wholeText } from '../whole-text.ts'

const loopbackIpv4 = wholeText(/127\.\d+\.\d+\.\d+/)

/** Whether a host is this machine by its name or its address; IPv6 with or without brackets. */
export function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || loopbackIpv4.test(host)
}
