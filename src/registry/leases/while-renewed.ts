/**
 * Does work whose lease is shorter than the work may last, and renews the lease meanwhile: a holder that dies is
 * followed within one lease, however long its work was. A renewal that fails changes nothing, because the fence and
 * not the lease keeps a late holder from having an effect.
 *
 * @param renewal `everyMs` well below the length of the lease
 */
export async function whileRenewed<T>(
  renewal: { readonly everyMs: number; readonly renew: () => Promise<unknown> },
  work: () => Promise<T>,
): Promise<T> {
  let renewing = false;
  const timer = setInterval(() => {
    if (renewing) return;
    renewing = true;
    void renewal
      .renew()
      .catch(() => undefined)
      .finally(() => (renewing = false));
  }, renewal.everyMs);
  timer.unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
