# The product in one image with the commands `server`, `worker` and `migrate`.
#   docker build -t actbench .
#   docker build -t actbench-webgpu --target webgpu .
#   docker build -t actbench-gpu --target gpu .
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/expression/package.json packages/expression/
COPY web/package.json web/
RUN npm ci
COPY . .
# The image does not contain the parts that only tests and checks need.
RUN node scripts/build.mjs && npm prune --omit=dev && rm -rf build/test build/bench

# For workers with a graphics card, through Vulkan. The container toolkit of NVIDIA brings the driver; the libraries are those
# that the driver loads.
FROM node:22-bookworm-slim AS webgpu
RUN apt-get update && apt-get install --yes --no-install-recommends libvulkan1 libegl1 libxext6 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/seed ./seed
COPY --from=build /app/operations ./operations
COPY --from=build /app/build ./build
COPY --from=build /app/backends ./backends
RUN node build/src/cli.js backend install webgpu
USER 1000:1000
ENV NODE_ENV=production
ENV NVIDIA_DRIVER_CAPABILITIES=graphics,utility
ENTRYPOINT ["node", "build/src/cli.js"]
CMD ["worker"]

# For workers with an NVIDIA card and CUDA: tfjs-node-gpu needs the CUDA libraries for which its TensorFlow 2.9 was built.
FROM build AS build-gpu
RUN node build/src/cli.js backend install tfjs-node-gpu

FROM nvidia/cuda:11.2.2-cudnn8-runtime-ubuntu20.04 AS gpu
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=build-gpu /app/package.json ./
COPY --from=build-gpu /app/node_modules ./node_modules
COPY --from=build-gpu /app/prisma ./prisma
COPY --from=build-gpu /app/seed ./seed
COPY --from=build-gpu /app/operations ./operations
COPY --from=build-gpu /app/build ./build
COPY --from=build-gpu /app/backends ./backends
ENV NODE_ENV=production
USER 1000:1000
ENTRYPOINT ["node", "build/src/cli.js"]
CMD ["worker"]

FROM node:22-bookworm-slim
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/seed ./seed
COPY --from=build /app/operations ./operations
COPY --from=build /app/build ./build
COPY --from=build /app/backends ./backends
USER 1000:1000
ENV NODE_ENV=production
ENV HOST=0.0.0.0
EXPOSE 4000
ENTRYPOINT ["node", "build/src/cli.js"]
CMD ["server"]
