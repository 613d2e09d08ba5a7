/** Subject requests over HTTP, with as little client as possible: it shares the machine with what is measured. */
import { Agent, request } from 'node:http';
import { requestBody } from './members.ts';

/** How many requests are open at the same time. */
export const AT_ONCE = 16;

export interface Asking {
  /** Resolves with the request's id behind its 201. @throws for any other answer */
  accept(member: string): Promise<string>;
  close(): void;
}

export function askingAt(url: string): Asking {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  return {
    accept: async (member) => {
      const { status, text } = await posted(agent, `${url}/v1/subject-requests`, JSON.stringify(requestBody(member)));
      if (status !== 201) throw new Error(`${url} answered ${status}: ${text}`);
      return (JSON.parse(text) as { readonly id: string }).id;
    },
    close: () => agent.destroy(),
  };
}

function posted(agent: Agent, url: string, body: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Works through all of them, so many at the same time. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const one = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}
