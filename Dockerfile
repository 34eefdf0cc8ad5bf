# glibc on purpose: the federation planner and router are native modules built for it.
FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && npm cache clean --force

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY schema ./schema
COPY connectors ./connectors
COPY src ./src
USER node
EXPOSE 4000
ENTRYPOINT ["node", "src/apps/cli/main.ts"]
CMD ["serve"]
