"""How long the load balancer and MLflow keep an idle connection.

The load balancer uses its connections to tasks again. A task that closes one first may do so while a request arrives,
and the client gets 502: a target must keep connections longer than the load balancer (Elastic Load Balancing user
guide, "Application Load Balancers", connection idle timeout, read 2026-11-29). Uvicorn closes after 5 s by default.
"""

#: The transfer of a large artifact takes minutes.
BALANCER_SECONDS = 300
TASK_SECONDS = BALANCER_SECONDS + 10
