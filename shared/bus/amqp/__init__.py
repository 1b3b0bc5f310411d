"""The bus on RabbitMQ. Nothing else in the project imports pika."""

from shared.bus.amqp.adapter import AmqpBus

__all__ = ["AmqpBus"]
