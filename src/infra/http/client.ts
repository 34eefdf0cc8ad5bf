import { HubError } from '../../domain/hub-error.ts';

/** An answer read to its end. */
export type HttpAnswer = { status: number; headers: Headers; body: Buffer };

/** What is sent, and how much may come back. */
export type HttpCall = {
  method: 'GET' | 'POST';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array<ArrayBuffer> | string;
  timeoutMs: number;
  maxBytes: number;
  signal?: AbortSignal;
};

async function readBounded(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).byteLength;
    if (size > maxBytes) {
      throw new HubError('HTTP_TOO_LARGE', 'refused', `the answer is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What fetch gives as the reason when it was told to follow none. */
function isRedirect(error: unknown): boolean {
  const { cause } = error as { cause?: { message?: unknown } };
  return cause?.message === 'unexpected redirect';
}

/**
 * Calls another server and reads the whole answer, within a time and a size. Redirects are not followed.
 *
 * @throws HTTP_TIMEOUT, HTTP_UNREACHABLE (transient), HTTP_TOO_LARGE, HTTP_REDIRECTED. No message names the address.
 */
export async function callHttp(call: HttpCall): Promise<HttpAnswer> {
  const timeout = AbortSignal.timeout(call.timeoutMs);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  try {
    const response = await fetch(call.url, {
      method: call.method,
      signal,
      redirect: 'error',
      ...(call.headers === undefined ? {} : { headers: call.headers }),
      ...(call.body === undefined ? {} : { body: call.body }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: await readBounded(response, call.maxBytes),
    };
  } catch (cause) {
    if (cause instanceof HubError) throw cause;
    if (timeout.aborted) {
      throw new HubError('HTTP_TIMEOUT', 'transient', `no whole answer within ${call.timeoutMs} ms`, {
        cause,
      });
    }
    if (isRedirect(cause)) {
      const message = 'the server sends elsewhere: name the address itself, nothing is sent to another one';
      throw new HubError('HTTP_REDIRECTED', 'refused', message, { cause });
    }
    throw new HubError('HTTP_UNREACHABLE', 'transient', 'the server cannot be reached', { cause });
  }
}
