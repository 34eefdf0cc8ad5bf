/** Field that names the calling hub; the signature's key belongs to it. */
export const SENDER_FIELD = 'xinqiao-sender';
