/** Who can reach a service that asks nobody who they are. Pure. */
export interface ListeningNotice {
  readonly level: 'info' | 'warn';
  readonly message: string;
}

/** Said at every start: until callers are authenticated, the address is the only protection. */
export function listeningNotice(host: string): ListeningNotice {
  return isLoopback(host)
    ? { level: 'info', message: 'callers are not authenticated yet, so only this machine is listened to' }
    : { level: 'warn', message: 'callers are not authenticated: whoever reaches this address may use the service' };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
