-- SPDX-License-Identifier: Apache-2.0
-- The table whose rows configs/kingdee-order-status.json closes.
CREATE TABLE mt_so_head (
  SO_NUMBER varchar(64) NOT NULL COMMENT '销售订单号',
  SO_STATUS varchar(32) NOT NULL DEFAULT 'OPEN' COMMENT '状态',
  PRIMARY KEY (SO_NUMBER)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='MES 销售订单';
