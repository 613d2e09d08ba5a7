// Generated from avro/*.avsc by `npm run codegen`; do not edit.

/** Every released schema version as JSON text, without docs, by `<Name>.v<N>`. */
export const released: Readonly<Record<string, string>> = {
};
