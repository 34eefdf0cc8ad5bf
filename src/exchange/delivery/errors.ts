/** Errors of the delivery closet. */
export const DELIVERY_ERRORS = [
  {
    code: 'RECEIPT_INVALID',
    kind: 'transient',
    zh: '对方回执无法验证，将重新发送',
    en: "The partner's receipt does not verify; the same body is sent again.",
  },
] as const;
