-- CreateTable
CREATE TABLE "budgets" (
    "client" TEXT NOT NULL,
    "full_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "budgets_pkey" PRIMARY KEY ("client")
);
