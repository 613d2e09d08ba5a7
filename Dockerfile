# One image for all four services; the command names the one that runs. How it is used: docker-compose.yml, docs/containers.md.

FROM node:24-bookworm-slim AS node
WORKDIR /lethe

# Every package.json and nothing else: the layers of npm below stay as they are until one of these files changes.
FROM node AS manifests
COPY . .
RUN find . -type f ! -name package.json ! -name package-lock.json ! -name .npmrc -delete && find . -type d -empty -delete

# Compiled, with the maps that name lines of TypeScript; of the tests nothing.
FROM node AS built
COPY --from=manifests /lethe .
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm \
    npm ci --ignore-scripts
COPY . .
RUN node_modules/.bin/tsc -b apps/intake apps/discovery apps/erasure apps/audit tools/keys && \
    find apps libs/contracts libs/domain libs/platform tools/keys -path '*/dist/*' ! -path '*/dist/fault/*' \
      \( -name '*.js' -o -name '*.js.map' \) ! -name '*.spec.*' ! -name '*.given.*' ! -name '*.contract.*' \
      ! -name '*.must-not-compile.*' -print0 | tar --create --null --files-from - | tar --extract --one-top-level=/built

# What the services need to run, and no more. Their links to our own packages stay links. To npm a workspace that is named
# anywhere is needed, and the test kit with all its own would come along.
FROM node AS production
COPY --from=manifests /lethe .
RUN npm pkg delete devDependencies --workspaces --include-workspace-root
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --ignore-scripts --include-workspace-root=false --workspace apps/intake --workspace apps/discovery \
      --workspace apps/erasure --workspace apps/audit --workspace tools/keys && \
    rm -rf bench e2e examples libs/kits libs/testkit package.json package-lock.json .npmrc && \
    find tools -mindepth 1 -maxdepth 1 ! -name keys -exec rm -r {} +

FROM node
LABEL org.opencontainers.image.title="Lethe, the erasure bus" \
      org.opencontainers.image.description="The services intake, discovery, erasure and audit" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
# Belongs to the one who runs here: a new volume that is mounted there takes the owner over.
RUN mkdir -p /run/lethe/keys && chown node:node /run/lethe/keys && chmod 700 /run/lethe/keys
COPY LICENSE NOTICE ./
COPY --from=production /lethe ./
COPY --from=built /built ./
USER node
EXPOSE 8080
# In exec form node gets the signals itself: SIGTERM drains.
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["--eval", "console.error('Name a service: apps/<intake|discovery|erasure|audit>/dist/main.js'); process.exit(64)"]
